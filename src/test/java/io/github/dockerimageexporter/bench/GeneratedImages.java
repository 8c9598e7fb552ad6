package io.github.dockerimageexporter.bench;

import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.RootFs;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The images of a large store for benchmarks, of whichever kind it is.
///
/// | of every 10 images | layers                                   |
/// |--------------------|------------------------------------------|
/// | shared             | one base of 10 layers                    |
/// | each its own       | 9 layers on top, so chains of 19         |
///
/// So 1,000 images have 10,000 layers. Diff IDs are made up, so that no content has to be hashed.
///
/// @param count how many there are; a multiple of 10
public record GeneratedImages(int count) {
  static final int ON_A_BASE = 10;
  static final int BASE_LAYERS = 10;
  private static final int OWN_LAYERS = 9;

  public GeneratedImages {
    if (count % ON_A_BASE != 0) {
      throw new IllegalArgumentException("expected a multiple of 10 images, found " + count);
    }
  }

  int layers() {
    return count / ON_A_BASE * BASE_LAYERS + count * OWN_LAYERS;
  }

  /// The layers of image `number`, lowest first.
  static RootFs rootFs(int number) {
    var diffIds = new ArrayList<DiffId>(BASE_LAYERS + OWN_LAYERS);
    for (int i = 0; i < BASE_LAYERS; i++) {
      diffIds.add(diffId("base " + number / ON_A_BASE + " " + i));
    }
    for (int i = 0; i < OWN_LAYERS; i++) {
      diffIds.add(diffId("own " + number + " " + i));
    }
    return new RootFs(diffIds);
  }

  /// The only layer of an image that came later.
  static RootFs later(int number) {
    return new RootFs(List.of(diffId("more " + number)));
  }

  private static DiffId diffId(String name) {
    return new DiffId(Digest.of(name));
  }

  static String config(RootFs rootFs) {
    return rootFs.diffIds().stream()
        .map(diffId -> "\"" + diffId + "\"")
        .collect(
            Collectors.joining(
                ",",
                "{\"architecture\":\"amd64\",\"created\":\"2026-01-01T00:00:00Z\",\"os\":\"linux\","
                    + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[",
                "]}}"));
  }
}
