/// Docker's image store in containerd: its two databases, the content store, and the directories of
/// the snapshotter.
@NullMarked
package io.github.dockerimageexporter.store.containerd;

import org.jspecify.annotations.NullMarked;
