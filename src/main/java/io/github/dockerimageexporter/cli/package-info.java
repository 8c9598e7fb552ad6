@NullMarked
package io.github.dockerimageexporter.cli;

import org.jspecify.annotations.NullMarked;
