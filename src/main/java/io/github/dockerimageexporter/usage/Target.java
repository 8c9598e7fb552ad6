package io.github.dockerimageexporter.usage;

import java.nio.file.Path;
import java.util.Optional;

/// A directory to measure.
///
/// | component   | meaning                                                        |
/// |-------------|----------------------------------------------------------------|
/// | `directory` | where it is                                                    |
/// | `content`   | the name in it that holds the content; if empty, all of it     |
/// | `inode`     | which directory it is: another inode there is measured afresh  |
public record Target(Path directory, Optional<String> content, long inode) {}
