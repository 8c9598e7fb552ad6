package io.github.dockerimageexporter.fuzz;

import io.github.dockerimageexporter.bolt.BoltBucket;
import io.github.dockerimageexporter.bolt.BoltFixture;
import io.github.dockerimageexporter.bolt.BoltFormatException;
import io.github.dockerimageexporter.bolt.TornReadException;
import io.github.dockerimageexporter.content.size.TarSplitReader;
import io.github.dockerimageexporter.snapshot.TarSplit;
import io.github.dockerimageexporter.usage.Targets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A file of a data root, with what reads it.
enum HostileFile {
  IMAGE_CONFIG,
  REPOSITORIES,
  LAYER_DIFF,
  LAYER_SIZE,
  LAYER_CACHE_ID,
  LAYER_PARENT,
  OVERLAY_LINK,
  OVERLAY_LOWER,
  MOUNT_ID,
  MOUNT_INIT_ID,
  MOUNT_PARENT,
  CONTAINER_CONFIG,
  BUILD_CACHE,
  IMAGE_PARENT,
  /// The build cache's, read to its end whatever its buckets hold.
  BOLT,
  TAR_SPLIT,
  HOST_CONFIG;

  private static final char FIRST = 'a';

  /// The file of a letter, in their order; other bytes go round, so that none is wasted.
  static HostileFile of(byte letter) {
    return values()[Math.floorMod(letter - FIRST, values().length)];
  }

  /// What is said of `store` while this file of it holds `content`.
  List<String> read(HostileStore store, byte[] content) throws IOException {
    Path file = in(store);
    return switch (this) {
      case BOLT -> store.with(file, content, () -> readBolt(file));
      case TAR_SPLIT -> store.with(file, content, () -> readTarSplit(file));
      default -> store.with(file, content, store::scan);
    };
  }

  private Path in(HostileStore store) {
    return switch (this) {
      case IMAGE_CONFIG -> store.config();
      case REPOSITORIES -> store.repositories();
      case LAYER_DIFF -> store.layer().resolve("diff");
      case LAYER_SIZE -> store.layer().resolve("size");
      case LAYER_CACHE_ID -> store.layer().resolve("cache-id");
      case LAYER_PARENT -> store.layer().resolve("parent");
      case OVERLAY_LINK -> store.directory().resolve("link");
      case OVERLAY_LOWER -> store.directory().resolve("lower");
      case MOUNT_ID -> store.mount().resolve("mount-id");
      case MOUNT_INIT_ID -> store.mount().resolve("init-id");
      case MOUNT_PARENT -> store.mount().resolve("parent");
      case CONTAINER_CONFIG -> store.containerConfig();
      case HOST_CONFIG -> store.containerConfig().resolveSibling("hostconfig.json");
      case BUILD_CACHE, BOLT -> store.buildCache();
      case IMAGE_PARENT -> store.metadata().resolve("parent");
      case TAR_SPLIT -> store.layer().resolve("tar-split.json.gz");
    };
  }

  private static List<String> readBolt(Path file) throws IOException {
    try {
      BoltFixture.read(file, HostileFile::count);
      return List.of();
    } catch (BoltFormatException | TornReadException refused) {
      return List.of(String.valueOf(refused.getMessage()));
    }
  }

  private static int count(BoltBucket bucket) throws IOException {
    int count = bucket.values().size();
    for (String name : bucket.bucketNames()) {
      count += count(bucket.bucket(name).orElseThrow());
    }
    return count;
  }

  private static List<String> readTarSplit(Path file) {
    return switch (TarSplitReader.read(Targets.tarSplit(file, 0)).orElseThrow()) {
      case TarSplit.Valid _ -> List.of();
      case TarSplit.Invalid(String reason) -> List.of(reason);
      case TarSplit.Unknown(String reason) -> List.of(reason);
    };
  }
}
