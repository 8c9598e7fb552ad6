package io.github.dockerimageexporter.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitTest {
  @Test
  void endsWhenWhatItIsForHolds() throws IOException, InterruptedException {
    var answers = new ArrayDeque<>(List.of(false, false, true));

    Wait.until("all is measured", Duration.ofMinutes(1), 1, answers::remove);

    assertThat(answers).isEmpty();
  }

  @Test
  void whatNeverHoldsIsNamedAtTheLimit() {
    assertThatThrownBy(() -> Wait.until("pending 0.0", Duration.ZERO, 1, () -> false))
        .isInstanceOf(IOException.class)
        .hasMessage("awaited for 0 s: pending 0.0");
  }

  @Test
  void aProgramThatIsAskedToEndHasEnded() throws IOException {
    Process program = new ProcessBuilder("sleep", "600").start();

    Wait.untilEnded(program.toHandle());

    assertThat(program.isAlive()).isFalse();
  }
}
