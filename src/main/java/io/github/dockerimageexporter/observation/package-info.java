/// What is known of a data root by now, with all counts and sums: the one source of metrics,
/// report, page and commands.
///
/// Begin with [Observation].
@NullMarked
package io.github.dockerimageexporter.observation;

import org.jspecify.annotations.NullMarked;
