package io.github.dockerimageexporter.model;

/// One platform's content of an image: what its configuration says.
///
/// @param rootFs the layers, lowest first
public record ImageManifest(Platform platform, RootFs rootFs) {}
