/// A sample data root that keeps changing, made as Docker makes one; the tests' fixture too.
@NullMarked
package io.github.dockerimageexporter.demo;

import org.jspecify.annotations.NullMarked;
