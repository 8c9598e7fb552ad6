package io.github.dockerimageexporter.refresh.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChangesTest {
  private static final Path ONE = Path.of("/var/lib/docker/overlay2/a");
  private static final Path OTHER = Path.of("/var/lib/docker/overlay2/b");

  private final Changes changes = new Changes();

  @Test
  void beforeThereIsAWatchNothingIsKnown() {
    changes.add(ONE);

    assertThat(changes.take()).isEmpty();
  }

  @Test
  void whatWasToldIsTakenOnce() {
    changes.take();
    changes.add(ONE);
    changes.add(OTHER);
    changes.add(ONE);

    assertThat(changes.take()).contains(Set.of(ONE, OTHER));
    assertThat(changes.take()).contains(Set.of());
  }

  @Test
  void whatMayHaveBeenMissedIsNotKnownUntilItWasAskedFor() {
    changes.take();
    changes.add(ONE);
    changes.lose();
    changes.add(OTHER);

    assertThat(changes.take()).isEmpty();
    changes.add(OTHER);
    assertThat(changes.take()).contains(Set.of(OTHER));
  }

  @Test
  void moreThanCanBeKeptIsAnotherStore() {
    changes.take();
    for (int i = 0; i < 20_001; i++) {
      changes.add(Path.of("/var/lib/docker/overlay2/" + i));
    }

    assertThat(changes.take()).isEmpty();
  }
}
