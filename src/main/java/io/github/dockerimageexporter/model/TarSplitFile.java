package io.github.dockerimageexporter.model;

/// The file from which Docker restores a layer's tar, in the state in which a scan found it.
///
/// @param stamp changes with the file
public record TarSplitFile(StorePath path, long stamp) {}
