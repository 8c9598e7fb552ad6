/// Reads beside the scans what the upper layers of images hide of the lower ones.
@NullMarked
package io.github.dockerimageexporter.content.hidden;

import org.jspecify.annotations.NullMarked;
