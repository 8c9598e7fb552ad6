/// The log: what SLF4J and java.util.logging are told, as lines that never make anyone wait.
@NullMarked
package io.github.dockerimageexporter.logging;

import org.jspecify.annotations.NullMarked;
