/// Whole outputs held against files of `src/test/resources/golden`.
@NullMarked
package io.github.dockerimageexporter.golden;

import org.jspecify.annotations.NullMarked;
