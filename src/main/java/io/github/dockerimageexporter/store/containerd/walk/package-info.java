/// What the walk over an image meets: the blobs that it names, the chains that are unpacked, and
/// what keeps what.
@NullMarked
package io.github.dockerimageexporter.store.containerd.walk;

import org.jspecify.annotations.NullMarked;
