/// What only Docker's containerd image store can get wrong.
@NullMarked
package io.github.dockerimageexporter.check.containerd;

import org.jspecify.annotations.NullMarked;
