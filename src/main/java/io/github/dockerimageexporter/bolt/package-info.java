/// Reads bbolt database files without their lock, beside the process that writes them.
///
/// Begin at [BoltFile][io.github.dockerimageexporter.bolt.BoltFile].
@NullMarked
package io.github.dockerimageexporter.bolt;

import org.jspecify.annotations.NullMarked;
