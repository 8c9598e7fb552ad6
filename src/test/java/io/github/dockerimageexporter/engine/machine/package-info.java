/// What tests find on the machine they run on, and what it must have: programs, ports, mounts.
///
/// Begin with [Program] and [Requires].
@NullMarked
package io.github.dockerimageexporter.engine.machine;

import org.jspecify.annotations.NullMarked;
