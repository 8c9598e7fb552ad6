/// What every reader of a store's files needs: a small file with its stamp, what was read of it
/// before, what could not be read, and what belongs to nothing.
@NullMarked
package io.github.dockerimageexporter.store.file;

import org.jspecify.annotations.NullMarked;
