package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.Digest;
import org.jspecify.annotations.Nullable;

/// Something that containerd's garbage collection keeps or removes.
public sealed interface Node {

  /// A blob of the content store.
  record Blob(Digest digest) implements Node {
    @Override
    public String toString() {
      return "blob " + digest;
    }

    // Written out, as a key of maps: what records generate is several times slower without C2.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Blob that && digest.equals(that.digest);
    }

    @Override
    public int hashCode() {
      return digest.hashCode();
    }
  }

  /// A snapshot of the store's snapshotter.
  record Snapshot(String key) implements Node {
    @Override
    public String toString() {
      return "snapshot " + key;
    }

    // Written out, as a key of maps: what records generate is several times slower without C2.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Snapshot that && key.equals(that.key);
    }

    @Override
    public int hashCode() {
      return key.hashCode();
    }
  }

  /// What is in another snapshotter, or a download at work.
  record Other(String name) implements Node {}
}
