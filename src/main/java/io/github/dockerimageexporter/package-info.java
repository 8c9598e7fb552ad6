@NullMarked
package io.github.dockerimageexporter;

import org.jspecify.annotations.NullMarked;
