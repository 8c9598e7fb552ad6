/// A layer's directory, opened name by name, no link followed, nothing outside of it.
@NullMarked
package io.github.dockerimageexporter.scrub.tree;

import org.jspecify.annotations.NullMarked;
