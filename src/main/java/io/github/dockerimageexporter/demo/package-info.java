@NullMarked
package io.github.dockerimageexporter.demo;

import org.jspecify.annotations.NullMarked;
