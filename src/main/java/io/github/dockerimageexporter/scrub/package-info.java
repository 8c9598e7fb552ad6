/// The scrub: whether a layer's directory has what the record of the layer's tar lists, no more and
/// no less, and whether its files put together make the tar again.
@NullMarked
package io.github.dockerimageexporter.scrub;

import org.jspecify.annotations.NullMarked;
