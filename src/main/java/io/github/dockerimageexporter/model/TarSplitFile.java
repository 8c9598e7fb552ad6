package io.github.dockerimageexporter.model;

import java.nio.file.Path;

/// The file from which Docker restores a layer's tar, in the state in which a scan found it.
///
/// @param stamp changes with the file
public record TarSplitFile(Path path, long stamp) {}
