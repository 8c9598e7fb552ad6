/// An engine under heavy use, watched by the packaged exporter: nothing healthy may be flagged.
///
/// Begin with [SoakIT].
@NullMarked
package io.github.dockerimageexporter.soak;

import org.jspecify.annotations.NullMarked;
