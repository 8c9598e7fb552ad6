/// Which layers what was read is of, and what that says of them.
@NullMarked
package io.github.dockerimageexporter.content.layer;

import org.jspecify.annotations.NullMarked;
