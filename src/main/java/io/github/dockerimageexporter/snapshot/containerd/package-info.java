/// What only Docker's containerd image store has.
@NullMarked
package io.github.dockerimageexporter.snapshot.containerd;

import org.jspecify.annotations.NullMarked;
