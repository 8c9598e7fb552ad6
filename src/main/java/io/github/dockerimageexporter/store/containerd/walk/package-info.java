/// What the walk over an image meets: the blobs that it names, and the chains that are unpacked.
@NullMarked
package io.github.dockerimageexporter.store.containerd.walk;

import org.jspecify.annotations.NullMarked;
