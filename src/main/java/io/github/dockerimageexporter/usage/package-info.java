/// What directories take on disk, measured in the background and kept.
@NullMarked
package io.github.dockerimageexporter.usage;

import org.jspecify.annotations.NullMarked;
