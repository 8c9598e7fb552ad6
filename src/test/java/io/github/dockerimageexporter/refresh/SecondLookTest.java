package io.github.dockerimageexporter.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Problem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecondLookTest {
  private static final Problem ONE = new Problem.ReferencesInvalid("repositories.json", "empty");
  private static final Problem OTHER = new Problem.ReferencesInvalid("repositories.json", "[]");

  private final SecondLook look = new SecondLook(Duration.ofNanos(100));

  @Test
  void nothingFoundIsSettled() {
    assertThat(look.confirm(List.of(), 0, 10)).isEmpty();
    assertThat(look.isSettled()).isTrue();
  }

  @Test
  void whatIsFoundForTheFirstTimeDoesNotCountYet() {
    assertThat(look.confirm(List.of(ONE), 0, 10)).isEmpty();
    assertThat(look.isSettled()).isFalse();
  }

  @Test
  void aSecondLookThatComesTooSoonDoesNotCount() {
    look.confirm(List.of(ONE), 0, 10);

    assertThat(look.confirm(List.of(ONE), 109, 120)).isEmpty();
    assertThat(look.isSettled()).isFalse();
  }

  @Test
  void aSecondLookAfterTheSettleTimeCounts() {
    look.confirm(List.of(ONE), 0, 10);

    assertThat(look.confirm(List.of(ONE), 110, 120)).containsExactly(ONE);
    assertThat(look.isSettled()).isTrue();
  }

  @Test
  void anotherProblemInTheSamePlaceStartsAnew() {
    look.confirm(List.of(ONE), 0, 10);

    assertThat(look.confirm(List.of(OTHER), 110, 120)).isEmpty();
  }

  @Test
  void aProblemThatWentAwayInBetweenStartsAnew() {
    look.confirm(List.of(ONE), 0, 10);
    look.confirm(List.of(), 50, 60);

    assertThat(look.confirm(List.of(ONE), 110, 120)).isEmpty();
  }

  @Test
  void aConfirmedProblemCountsUntilItGoes() {
    look.confirm(List.of(ONE), 0, 10);
    look.confirm(List.of(ONE), 110, 120);

    assertThat(look.confirm(List.of(ONE, OTHER), 121, 130)).containsExactly(ONE);
    assertThat(look.isSettled()).isFalse();
    assertThat(look.confirm(List.of(), 131, 140)).isEmpty();
  }

  @Test
  void rememberedIsWhatTheLastLookConfirmed() {
    look.confirm(List.of(ONE), 0, 10);
    assertThat(look.confirmed()).isEmpty();

    look.confirm(List.of(ONE, OTHER), 110, 120);
    assertThat(look.confirmed()).containsExactly(ONE);

    look.confirm(List.of(), 121, 130);
    assertThat(look.confirmed()).isEmpty();
  }
}
