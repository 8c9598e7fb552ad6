package io.github.dockerimageexporter.snapshot;

/// Who answers for a blob of a content store; `label` is the value of the exported `owner` label.
public enum BlobOwner {
  IMAGE("image"),
  BUILD_CACHE("build_cache"),
  /// Work that holds on to what it needs.
  LEASE("lease"),
  /// A download at work, or what is left of one, and the content store's own directories.
  DOWNLOAD("download"),
  /// Recorded, and kept by nothing: the next collection removes it.
  REMOVING("removing"),
  /// Recorded nowhere.
  ORPHAN("orphan"),
  /// Recorded in another namespace of containerd alone.
  OTHER_NAMESPACE("other_namespace");

  private final String label;

  BlobOwner(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
