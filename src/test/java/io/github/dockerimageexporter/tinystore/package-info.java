/// A second kind of store, as small as one can be: it proves that everything behind a snapshot
/// works for stores of any kind.
@NullMarked
package io.github.dockerimageexporter.tinystore;

import org.jspecify.annotations.NullMarked;
