/// What is sent: the form that a client accepts, and the bytes that are held for those who read.
@NullMarked
package io.github.dockerimageexporter.exporter.answer;

import org.jspecify.annotations.NullMarked;
