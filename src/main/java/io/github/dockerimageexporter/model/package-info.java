@NullMarked
package io.github.dockerimageexporter.model;

import org.jspecify.annotations.NullMarked;
