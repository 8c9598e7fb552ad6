/// What is released, as its users install it: the archive, the packages, the container image, and
/// what is published with them.
@NullMarked
package io.github.dockerimageexporter.release;

import org.jspecify.annotations.NullMarked;
