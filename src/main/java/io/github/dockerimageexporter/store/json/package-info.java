/// JSON as Go reads it, and the documents of images: what Docker takes is taken, what it refuses is
/// refused.
@NullMarked
package io.github.dockerimageexporter.store.json;

import org.jspecify.annotations.NullMarked;
