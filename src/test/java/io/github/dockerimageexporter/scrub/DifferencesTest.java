package io.github.dockerimageexporter.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What is told of a layer when the tar explains some of it further on.
class DifferencesTest {
  private final Differences differences = new Differences();

  @Test
  void whatWasPutOffIsToldUnlessItsReasonTurnsUp() {
    differences.putOff("a", "mode", "reason");
    differences.putOff("b", "mode", "other");
    differences.explain("reason");
    differences.addPutOff();

    assertThat(differences.toMap())
        .isEqualTo(Map.of(Fault.FILE_METADATA, new AffectedFiles(1, List.of("b (mode)"))));
  }

  @Test
  void aReasonOfAnEntryThatWasReplacedExplainsNothing() {
    differences.putOff("a", "first", "reason of the first");
    differences.forget("a");
    differences.putOff("a", "second", "reason of the second");
    differences.explain("reason of the first");
    differences.addPutOff();

    assertThat(differences.toMap())
        .isEqualTo(Map.of(Fault.FILE_METADATA, new AffectedFiles(1, List.of("a (second)"))));
  }
}
