/// The records of layers' tars, told entry by entry.
@NullMarked
package io.github.dockerimageexporter.scrub.record;

import org.jspecify.annotations.NullMarked;
