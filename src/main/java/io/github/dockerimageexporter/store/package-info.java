@NullMarked
package io.github.dockerimageexporter.store;

import org.jspecify.annotations.NullMarked;
