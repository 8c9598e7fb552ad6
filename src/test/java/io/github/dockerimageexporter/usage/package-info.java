@NullMarked
package io.github.dockerimageexporter.usage;

import org.jspecify.annotations.NullMarked;
