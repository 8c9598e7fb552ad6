/// JSON whose texts may be longer than memory.
@NullMarked
package io.github.dockerimageexporter.scrub.json;

import org.jspecify.annotations.NullMarked;
