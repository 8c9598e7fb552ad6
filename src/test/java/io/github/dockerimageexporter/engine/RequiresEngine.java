package io.github.dockerimageexporter.engine;

import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks tests that run a [DockerEngine] with [Images] and a [Registry].
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Requires({Requirement.ROOT, Requirement.ENGINE, Requirement.BUSYBOX, Requirement.REGISTRY})
public @interface RequiresEngine {}
