@NullMarked
package io.github.dockerimageexporter.refresh;

import org.jspecify.annotations.NullMarked;
