/// What is released, as its users install it: the archive, the Debian package, the container image.
@NullMarked
package io.github.dockerimageexporter.release;

import org.jspecify.annotations.NullMarked;
