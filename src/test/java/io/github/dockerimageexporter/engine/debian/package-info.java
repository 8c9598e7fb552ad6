/// Small Debians of other releases than the machine's, and how programs are run in them.
@NullMarked
package io.github.dockerimageexporter.engine.debian;

import org.jspecify.annotations.NullMarked;
