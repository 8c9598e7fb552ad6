/// The process itself: its signals and its heap.
@NullMarked
package io.github.dockerimageexporter.cli.process;

import org.jspecify.annotations.NullMarked;
