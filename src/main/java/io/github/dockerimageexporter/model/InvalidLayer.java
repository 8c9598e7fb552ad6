package io.github.dockerimageexporter.model;

/// A layer directory whose files are not what Docker writes there.
///
/// @param path the file at fault, relative to the data root; the layer's directory if it is empty
/// @param reason what was found and what was expected
/// @param empty whether the directory holds no file at all, which blocks every pull of the layer
public record InvalidLayer(ChainId chainId, String path, String reason, boolean empty) {}
