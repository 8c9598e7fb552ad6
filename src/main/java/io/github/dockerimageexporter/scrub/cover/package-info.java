/// What upper layers hide of the files of lower ones.
@NullMarked
package io.github.dockerimageexporter.scrub.cover;

import org.jspecify.annotations.NullMarked;
