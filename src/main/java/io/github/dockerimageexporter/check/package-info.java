@NullMarked
package io.github.dockerimageexporter.check;

import org.jspecify.annotations.NullMarked;
