/// The headers of a tar.
@NullMarked
package io.github.dockerimageexporter.scrub.tar;

import org.jspecify.annotations.NullMarked;
