/// The packaged exporter as a process, and who scrapes it.
///
/// Begin with [ExporterProcess].
@NullMarked
package io.github.dockerimageexporter.engine.exporter;

import org.jspecify.annotations.NullMarked;
