/// The subcommands, one class each, and the daemon that `serve` runs.
///
/// Begin with [ExporterCommand].
@NullMarked
package io.github.dockerimageexporter.cli.command;

import org.jspecify.annotations.NullMarked;
