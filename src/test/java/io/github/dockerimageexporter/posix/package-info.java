@NullMarked
package io.github.dockerimageexporter.posix;

import org.jspecify.annotations.NullMarked;
