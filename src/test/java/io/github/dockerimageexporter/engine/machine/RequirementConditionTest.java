package io.github.dockerimageexporter.engine.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class RequirementConditionTest {
  private static final EnumSet<Requirement> NOTHING = EnumSet.noneOf(Requirement.class);
  private static final EnumSet<Requirement> TWO =
      EnumSet.of(Requirement.ROOT, Requirement.PROMETHEUS);

  @Retention(RetentionPolicy.RUNTIME)
  @Requires({Requirement.ROOT, Requirement.RPM})
  private @interface RequiresTwo {}

  @Requires(Requirement.QEMU)
  @RequiresTwo
  private static final class Marked {}

  @Test
  void testRunsWhereNothingIsMissing() {
    assertThat(RequirementCondition.evaluate(true, NOTHING).isDisabled()).isFalse();
  }

  @Test
  void requirementsOfAllItsAnnotationsAddUp() {
    assertThat(RequirementCondition.requirements(Marked.class))
        .containsExactlyInAnyOrder(Requirement.QEMU, Requirement.ROOT, Requirement.RPM);
  }

  @Test
  void skippedTestSaysWhatToDo() {
    var result = RequirementCondition.evaluate(false, TWO);

    assertThat(result.isDisabled()).isTrue();
    assertThat(result.getReason())
        .contains("the machine lacks ROOT: run as root; PROMETHEUS: apt-get install prometheus");
  }

  @Test
  void continuousIntegrationFailsInstead() {
    assertThatThrownBy(() -> RequirementCondition.evaluate(true, TWO))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "CI=true, but the machine lacks ROOT: run as root;"
                + " PROMETHEUS: apt-get install prometheus");
  }
}
