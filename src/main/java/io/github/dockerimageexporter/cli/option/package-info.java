/// The options of the subcommands, how their values are read, and what stands for them in the
/// environment.
@NullMarked
package io.github.dockerimageexporter.cli.option;

import org.jspecify.annotations.NullMarked;
