@NullMarked
package io.github.dockerimageexporter.bench;

import org.jspecify.annotations.NullMarked;
