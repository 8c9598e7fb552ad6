@NullMarked
package io.github.dockerimageexporter.exporter;

import org.jspecify.annotations.NullMarked;
