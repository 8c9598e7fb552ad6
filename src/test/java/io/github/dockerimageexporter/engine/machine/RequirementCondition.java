package io.github.dockerimageexporter.engine.machine;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Decides what becomes of tests marked [Requires] on this machine.
final class RequirementCondition implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), Requires.class)
        .map(requires -> evaluate(requires.value()))
        .orElse(enabled("nothing required"));
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
