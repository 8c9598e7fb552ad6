/// Reads what tells how large a layer is: its record, and its files once more.
@NullMarked
package io.github.dockerimageexporter.content.size;

import org.jspecify.annotations.NullMarked;
