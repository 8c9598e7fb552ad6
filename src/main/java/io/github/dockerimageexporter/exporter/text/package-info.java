/// The text of series, in parts that are made again only if something in them has changed.
@NullMarked
package io.github.dockerimageexporter.exporter.text;

import org.jspecify.annotations.NullMarked;
