@NullMarked
package io.github.dockerimageexporter.page;

import org.jspecify.annotations.NullMarked;
