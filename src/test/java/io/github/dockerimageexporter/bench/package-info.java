/// Measurements beside other programs, each a `main` that prints a table.
@NullMarked
package io.github.dockerimageexporter.bench;

import org.jspecify.annotations.NullMarked;
