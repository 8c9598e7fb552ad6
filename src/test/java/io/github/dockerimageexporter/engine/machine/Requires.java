package io.github.dockerimageexporter.engine.machine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks tests that need something of the machine. Where it is missing they are skipped, with the
/// command that installs it; in continuous integration (`CI=true`) they fail.
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequirementCondition.class)
public @interface Requires {
  Requirement[] value();
}
