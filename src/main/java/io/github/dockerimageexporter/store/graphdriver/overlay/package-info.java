/// Reads what overlay2 and fuse-overlayfs have written down about their directories.
@NullMarked
package io.github.dockerimageexporter.store.graphdriver.overlay;

import org.jspecify.annotations.NullMarked;
