/// Real programs that tests stand on: a Docker engine of their own, a registry, the
/// packaged exporter.
///
/// Begin with [DockerEngine] and [Images].
@NullMarked
package io.github.dockerimageexporter.engine;

import org.jspecify.annotations.NullMarked;
