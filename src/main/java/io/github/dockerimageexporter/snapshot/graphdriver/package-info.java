/// What only the store of a graph driver has.
@NullMarked
package io.github.dockerimageexporter.snapshot.graphdriver;

import org.jspecify.annotations.NullMarked;
