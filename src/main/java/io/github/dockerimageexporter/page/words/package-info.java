/// Counts, byte counts and names in words, on the page and in a terminal alike.
@NullMarked
package io.github.dockerimageexporter.page.words;

import org.jspecify.annotations.NullMarked;
