/// What is in the layers: tar-split records and overlay marks, read beside the scans and kept until
/// they change.
@NullMarked
package io.github.dockerimageexporter.content;

import org.jspecify.annotations.NullMarked;
