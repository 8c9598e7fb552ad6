package io.github.dockerimageexporter.snapshot;

/// A part of the store that is listed as a whole: if the list cannot be read, nothing is known of
/// what it would hold.
public enum StorePart {
  IMAGES,
  LAYERS,
  MOUNTS,
  REFERENCES,
  CONTAINERS,
  DIRECTORIES
}
