@NullMarked
package io.github.dockerimageexporter.page.words;

import org.jspecify.annotations.NullMarked;
