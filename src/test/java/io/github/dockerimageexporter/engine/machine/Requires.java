package io.github.dockerimageexporter.engine.machine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks tests that need something of the machine. Where it is missing they are skipped, with the
/// command that installs it; in continuous integration (`CI=true`) they fail. Several add up, those
/// of an annotation that has them among them.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Requires.All.class)
@ExtendWith(RequirementCondition.class)
public @interface Requires {
  Requirement[] value();

  /// What the compiler puts several into.
  @Target({ElementType.TYPE, ElementType.METHOD})
  @Retention(RetentionPolicy.RUNTIME)
  @ExtendWith(RequirementCondition.class)
  @interface All {
    Requires[] value();
  }
}
