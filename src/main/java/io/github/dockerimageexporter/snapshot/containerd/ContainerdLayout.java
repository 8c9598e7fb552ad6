package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.RecordPaths;
import java.util.regex.Pattern;

/// The names of one store's files: relative to the data root, or absolute where containerd's root
/// lies outside of it.
///
/// @param root the prefix of a remapped data root with its slash, or nothing
/// @param home containerd's root
/// @param namespace the one whose images these are
/// @param snapshotter its name in containerd
///
/// Source: containerd, `docs/ops.md`; plugins/{content/local,metadata,snapshots}.
public record ContainerdLayout(String root, String home, String namespace, String snapshotter)
    implements RecordPaths {
  public static final String META = "io.containerd.metadata.v1.bolt/meta.db";
  public static final String CONTENT = "io.containerd.content.v1.content";
  public static final String BLOBS = CONTENT + "/blobs/sha256";

  /// What stands before a snapshotter's name.
  public static final String SNAPSHOTTER = "io.containerd.snapshotter.v1.";

  /// The snapshotter that keeps no directory beside the content.
  private static final String NATIVE = "native";

  /// Docker's own; with `userns-remap` each data root has one.
  private static final Pattern DOCKERS = Pattern.compile("moby(-[0-9]+\\.[0-9]+)?");

  @Override
  public boolean isDockers() {
    return DOCKERS.matcher(namespace).matches();
  }

  /// Where the images, snapshots and leases of all namespaces are recorded.
  public String meta() {
    return home + "/" + META;
  }

  /// Where the snapshotter records its snapshots.
  public String metadata() {
    return snapshotterHome() + "/metadata.db";
  }

  public String snapshotterHome() {
    return home + "/" + SNAPSHOTTER + snapshotter;
  }

  public String contentStore() {
    return home + "/" + CONTENT;
  }

  public String blobs() {
    return home + "/" + BLOBS;
  }

  public String downloads() {
    return contentStore() + "/ingest";
  }

  public String blob(Digest digest) {
    return blobs() + "/" + digest.hex();
  }

  public String containers() {
    return root + "containers";
  }

  public String directory(long number) {
    return directories() + "/" + number;
  }

  /// What holds a snapshot's files in its directory; nothing if that does itself.
  public String content() {
    return snapshotter.equals(NATIVE) ? "" : "fs";
  }

  public String content(long number) {
    return content().isEmpty() ? directory(number) : directory(number) + "/" + content();
  }

  /// The records of the namespace, as a path below the database.
  public String records() {
    return meta() + "/" + namespace;
  }

  @Override
  public String references() {
    return meta();
  }

  @Override
  public String imageConfig(ImageId id) {
    return blob(id.digest());
  }

  @Override
  public String imageParent(ImageId id) {
    return meta();
  }

  @Override
  public String layer(ChainId id) {
    return meta();
  }

  @Override
  public String layerParent(ChainId id) {
    return meta();
  }

  @Override
  public String layerDirectoryName(ChainId id) {
    return metadata();
  }

  @Override
  public String directories() {
    return snapshotterHome() + "/snapshots";
  }
}
