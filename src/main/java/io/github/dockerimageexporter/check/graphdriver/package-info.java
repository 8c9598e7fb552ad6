/// The checks that only the store of a graph driver needs.
@NullMarked
package io.github.dockerimageexporter.check.graphdriver;

import org.jspecify.annotations.NullMarked;
