@NullMarked
package io.github.dockerimageexporter.logging;

import org.jspecify.annotations.NullMarked;
