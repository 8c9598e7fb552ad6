package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.store.containerd.database.Namespace;
import io.github.dockerimageexporter.store.containerd.database.Namespace.ImageRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The names of the images of a namespace, followed from pass to pass.
///
/// | name in containerd                        | here         |
/// |-------------------------------------------|--------------|
/// | `docker.io/library/app:1`                 | `app:1`      |
/// | `docker.io/team/app:1`                    | `team/app:1` |
/// | `moby-dangling@sha256:…`                  | no name      |
/// | `sha256:…`, which CRI gives to each image | no name      |
/// | longer than any that Docker can give      | no name      |
///
/// Source: moby, `daemon/containerd/image.go`; distribution, `reference/normalize.go`. For one
/// thread.
public final class ImageNames {
  private static final String DANGLING = "moby-dangling@";
  private static final String DIGEST = "sha256:";
  private static final String HUB = "docker.io/";
  private static final String LIBRARY = "library/";

  private PersistentMap<String, ImageRecord> last = Namespace.EMPTY.images();

  /// Those of `last`, sorted.
  private List<Reference> references = List.of();

  /// The names of a pass.
  ///
  /// @param references sorted
  /// @param unread what is there, or belongs to no name, and is named by no sha256 digest
  public record Names(List<Reference> references, List<String> unread) {}

  /// Whether Docker shows it as a name.
  public static boolean isName(String name) {
    return !name.startsWith(DANGLING)
        && !name.startsWith(DIGEST)
        && familiar(name).length() <= Reference.MAX_NAME_LENGTH;
  }

  /// Those of a pass.
  public Names of(Namespace namespace) {
    follow(namespace.images());
    List<Reference> others = new ArrayList<>();
    Set<String> otherBlobs = namespace.otherBlobs();
    List<String> unread = new ArrayList<>(otherBlobs);
    namespace
        .otherTargets()
        .forEach(
            (name, target) -> {
              if (!Digest.isOfOtherAlgorithm(target)) {
                return;
              }
              if (isName(name) && !otherBlobs.contains(target)) {
                others.add(new Reference(familiar(name), target));
              } else {
                unread.add(target);
              }
            });
    return new Names(
        others.isEmpty()
            ? references
            : Stream.concat(references.stream(), others.stream()).sorted().toList(),
        unread);
  }

  private void follow(PersistentMap<String, ImageRecord> records) {
    List<Reference> gone = new ArrayList<>();
    List<Reference> come = new ArrayList<>();
    records.changesSince(
        last,
        (name, before, now) -> {
          if (before != null && isName(name)) {
            gone.add(reference(before));
          }
          if (now != null && isName(name)) {
            come.add(reference(now));
          }
        });
    if (!gone.equals(come)) {
      var all = new ArrayList<>(references);
      gone.forEach(reference -> all.remove(Collections.binarySearch(all, reference)));
      all.addAll(come);
      all.sort(Comparator.naturalOrder());
      references = Collections.unmodifiableList(all);
    }
    last = records;
  }

  private static Reference reference(ImageRecord record) {
    return new Reference(familiar(record.name()), record.target().toString());
  }

  private static String familiar(String name) {
    if (!name.startsWith(HUB)) {
      return name;
    }
    String path = name.substring(HUB.length());
    return path.startsWith(LIBRARY) ? path.substring(LIBRARY.length()) : path;
  }
}
