/// Maps of which each version shares with the one before what has not changed, so that what is
/// derived from them can be kept up by the difference.
@NullMarked
package io.github.dockerimageexporter.persistent;

import org.jspecify.annotations.NullMarked;
