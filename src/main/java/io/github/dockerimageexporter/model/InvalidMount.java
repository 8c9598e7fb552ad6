package io.github.dockerimageexporter.model;

/// A mount whose files are not what Docker writes there.
///
/// @param path the file at fault, relative to the data root
/// @param reason what was found and what was expected
public record InvalidMount(String name, String path, String reason) {}
