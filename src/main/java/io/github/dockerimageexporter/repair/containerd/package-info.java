/// What repairs a store of containerd.
@NullMarked
package io.github.dockerimageexporter.repair.containerd;

import org.jspecify.annotations.NullMarked;
