package io.github.dockerimageexporter.store.containerd.database;

import io.github.dockerimageexporter.bolt.BoltBucket;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.store.containerd.database.Namespace.ImageRecord;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The images that a namespace has a record of, by name.
///
/// @param others what images stand for that do not stand for a [Digest]
record ImageRecords(PersistentMap<String, ImageRecord> images, Map<String, String> others) {
  private static final String PARENT_IMAGE = "org.mobyproject.image.parent";

  /// @param last the images that were read before
  static ImageRecords of(BoltBucket namespace, PersistentMap<String, ImageRecord> last)
      throws IOException {
    var images = new TreeMap<String, ImageRecord>();
    var others = new TreeMap<String, String>();
    namespace.eachBucketIn(
        "images",
        (key, nested) -> {
          String name = GoValue.key(key);
          BoltBucket record = nested.open();
          Optional<BoltBucket> target = record.bucket("target");
          String text = target.flatMap(it -> GoValue.text(it, "digest")).orElse("");
          Optional<Digest> digest = GcLabels.digest(text);
          if (target.isPresent() && digest.isPresent()) {
            images.put(name, image(record, target.get(), digest.get()));
          } else {
            others.put(name, text);
          }
        });
    return new ImageRecords(last.changedTo(images), others);
  }

  private static ImageRecord image(BoltBucket record, BoltBucket target, Digest digest)
      throws IOException {
    String parent = GoValue.texts(record, Namespace.LABELS).getOrDefault(PARENT_IMAGE, "");
    return new ImageRecord(
        digest,
        GoValue.name(target, "mediatype").orElse(""),
        GoValue.size(target, "size").orElse(0L),
        GcLabels.digest(parent),
        GoValue.time(record, "updatedat"));
  }
}
