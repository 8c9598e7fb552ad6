/// What repairs a store of a graph driver.
@NullMarked
package io.github.dockerimageexporter.repair.graphdriver;

import org.jspecify.annotations.NullMarked;
