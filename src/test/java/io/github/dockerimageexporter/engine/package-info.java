/// Docker engines of the tests' own: a daemon, what is in its store, a registry.
///
/// Begin with [DockerEngine] and [Images].
@NullMarked
package io.github.dockerimageexporter.engine;

import org.jspecify.annotations.NullMarked;
