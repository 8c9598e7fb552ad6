package io.github.dockerimageexporter.engine.machine;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Decides what becomes of tests marked [Requires] on this machine.
final class RequirementCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return evaluate(
        context.getElement().stream()
            .flatMap(RequirementCondition::requirements)
            .toArray(Requirement[]::new));
  }

  /// Those of all its annotations together.
  static Stream<Requirement> requirements(AnnotatedElement element) {
    return AnnotationSupport.findRepeatableAnnotations(element, Requires.class).stream()
        .flatMap(requires -> Arrays.stream(requires.value()))
        .distinct();
  }

  /// @throws IllegalStateException if something is missing in continuous integration
  static ConditionEvaluationResult evaluate(Requirement... requirements) {
    return evaluate("true".equals(System.getenv("CI")), missing(requirements));
  }

  /// @throws IllegalStateException if something is missing and `mustRun`
  static ConditionEvaluationResult evaluate(boolean mustRun, Set<Requirement> missing) {
    if (missing.isEmpty()) {
      return enabled("all requirements met");
    }
    String advice =
        missing.stream()
            .map(requirement -> requirement + ": " + requirement.advice())
            .collect(Collectors.joining("; "));
    if (mustRun) {
      throw new IllegalStateException("CI=true, but the machine lacks " + advice);
    }
    return disabled("the machine lacks " + advice);
  }

  private static Set<Requirement> missing(Requirement... requirements) {
    return Arrays.stream(requirements)
        .filter(requirement -> !requirement.isMet())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Requirement.class)));
  }
}
