package io.github.dockerimageexporter.snapshot;

import io.github.dockerimageexporter.model.StorePath;

/// The file from which Docker restores a layer's tar, in the state in which a scan found it.
///
/// @param stamp changes with the file
public record TarSplitFile(StorePath path, long stamp) {}
