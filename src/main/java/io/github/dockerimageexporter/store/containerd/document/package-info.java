/// The small documents in a content store: indexes, manifests and configurations.
@NullMarked
package io.github.dockerimageexporter.store.containerd.document;

import org.jspecify.annotations.NullMarked;
