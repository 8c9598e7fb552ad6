package io.github.dockerimageexporter.model;

/// A container of this store's driver and the image it was made from.
///
/// @param name as Docker lists it; empty if its configuration has none
/// @param removing whether Docker has begun to take it away, or failed to
public record Container(String id, String name, ImageId imageId, boolean removing) {}
