package io.github.dockerimageexporter.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Verified;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerVerdictTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final Scrubbed first = corrupt(Fault.FILE_SIZE, 1, "log (12 bytes, expected 10)");

  @Test
  void aFileThatGrowsMeanwhileIsTheSameFinding() {
    assertThat(first.saysTheSame(corrupt(Fault.FILE_SIZE, 1, "log (14 bytes, expected 10)")))
        .isTrue();
  }

  @Test
  void moreFilesOrOtherFaultsAreAnotherFinding() {
    assertThat(first.saysTheSame(corrupt(Fault.FILE_SIZE, 2, "log (12 bytes, expected 10)")))
        .isFalse();
    assertThat(first.saysTheSame(corrupt(Fault.FILE_MISSING, 1, "log"))).isFalse();
    assertThat(first.saysTheSame(new Scrubbed(new Verified(1, 0), NOON))).isFalse();
  }

  private static Scrubbed corrupt(Fault fault, long count, String file) {
    var files = new AffectedFiles(count, List.of(file));
    return new Scrubbed(new Corrupt(Map.of(fault, files)), NOON.plusSeconds(count));
  }
}
