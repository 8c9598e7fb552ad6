/// The HTTP server: its routes, its limits, and who may ask.
///
/// Begin with [ExporterServer].
@NullMarked
package io.github.dockerimageexporter.exporter.http;

import org.jspecify.annotations.NullMarked;
