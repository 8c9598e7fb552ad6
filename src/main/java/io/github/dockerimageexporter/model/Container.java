package io.github.dockerimageexporter.model;

/// A container of this store's driver and the image it was made from.
public record Container(String id, ImageId imageId) {}
