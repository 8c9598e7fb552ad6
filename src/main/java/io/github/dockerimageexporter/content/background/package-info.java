/// Reads what takes long to read, one thing after the other, and keeps what is known of it.
@NullMarked
package io.github.dockerimageexporter.content.background;

import org.jspecify.annotations.NullMarked;
