/// The containers of a data root, which name the images and mounts of every kind of store.
@NullMarked
package io.github.dockerimageexporter.store.container;

import org.jspecify.annotations.NullMarked;
