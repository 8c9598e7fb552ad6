/// File access below a directory descriptor, by Linux system calls: it never follows a symbolic
/// link, never blocks on a FIFO, and knows the allocated size, all of which `java.nio.file` cannot.
@NullMarked
package io.github.dockerimageexporter.posix;

import org.jspecify.annotations.NullMarked;
