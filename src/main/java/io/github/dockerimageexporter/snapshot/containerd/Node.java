package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.Digest;

/// Something that containerd's garbage collection keeps or removes.
public sealed interface Node {

  /// A blob of the content store.
  record Blob(Digest digest) implements Node {
    @Override
    public String toString() {
      return "blob " + digest;
    }
  }

  /// A snapshot of the store's snapshotter.
  record Snapshot(String key) implements Node {
    @Override
    public String toString() {
      return "snapshot " + key;
    }
  }

  /// What is in another snapshotter, or a download at work.
  record Other(String name) implements Node {}
}
