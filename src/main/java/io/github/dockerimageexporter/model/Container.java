package io.github.dockerimageexporter.model;

/// A container of this store's driver and the image it was made from.
///
/// @param removing whether Docker has begun to take it away, or failed to
public record Container(String id, ImageId imageId, boolean removing) {}
