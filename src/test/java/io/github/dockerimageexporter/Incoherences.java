package io.github.dockerimageexporter;

import static io.github.dockerimageexporter.check.Kind.CACHE_ID_CONFLICT;
import static io.github.dockerimageexporter.check.Kind.CONTAINER_MOUNT_MISSING;
import static io.github.dockerimageexporter.check.Kind.IMAGE_PARENT_DANGLING;
import static io.github.dockerimageexporter.check.Kind.LAYER_SIZE_MISMATCH;
import static io.github.dockerimageexporter.check.Kind.MOUNT_INVALID;
import static io.github.dockerimageexporter.check.Kind.OVERLAY_LINK_DANGLING;
import static io.github.dockerimageexporter.check.Kind.OVERLAY_LINK_INVALID;
import static io.github.dockerimageexporter.check.Kind.OVERLAY_LOWER_MISMATCH;
import static io.github.dockerimageexporter.check.Kind.TAR_SPLIT_INVALID;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dockerimageexporter.engine.Damage;
import io.github.dockerimageexporter.engine.Damage.Act;
import io.github.dockerimageexporter.engine.Damage.Trace;
import io.github.dockerimageexporter.engine.StockedRoot;
import io.github.dockerimageexporter.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The faults by which parts of a data root, each sound in itself, contradict one another.
final class Incoherences {
  private static final String NOTHINGS_DIGEST = Digest.of("nothing has this digest").toString();
  private static final String NOTHINGS_HEX = Digest.parse(NOTHINGS_DIGEST).hex();
  private static final String TAR_SPLIT = "/tar-split.json.gz";

  static final List<Damage> ALL =
      List.of(
          new Damage("short name lost", OVERLAY_LINK_INVALID, Incoherences::loseLink),
          new Damage("short name emptied", OVERLAY_LINK_INVALID, Incoherences::emptyLink),
          new Damage("link to content lost", OVERLAY_LINK_DANGLING, Incoherences::loseTarget),
          new Damage("lower emptied", OVERLAY_LOWER_MISMATCH, Incoherences::emptyLower),
          new Damage("lower lost", OVERLAY_LOWER_MISMATCH, Incoherences::loseLower),
          new Damage("mount-id empty", MOUNT_INVALID, inMount("mount-id", "")),
          new Damage("init-id lost", MOUNT_INVALID, Incoherences::loseInitId),
          new Damage("mount-id of nothing", MOUNT_INVALID, inMount("mount-id", NOTHINGS_HEX)),
          new Damage("mount on nothing", MOUNT_INVALID, inMount("parent", NOTHINGS_DIGEST)),
          new Damage("mount lost", CONTAINER_MOUNT_MISSING, Incoherences::loseMount),
          new Damage("cache-id of another", CACHE_ID_CONFLICT, Incoherences::shareContent),
          new Damage("size of another", LAYER_SIZE_MISMATCH, Incoherences::replaceSize),
          new Damage("tar-split lost", TAR_SPLIT_INVALID, Incoherences::loseTarSplit),
          new Damage("tar-split cut short", TAR_SPLIT_INVALID, Incoherences::cutTarSplit),
          new Damage("parent image unknown", IMAGE_PARENT_DANGLING, Incoherences::loseParent));

  private Incoherences() {}

  private static Trace loseLink(StockedRoot root) throws IOException {
    String path = own(root, "link");
    root.delete(path);
    return middle(root, path);
  }

  private static Trace emptyLink(StockedRoot root) throws IOException {
    String path = own(root, "link");
    root.write(path, "");
    return middle(root, path);
  }

  private static Trace loseTarget(StockedRoot root) throws IOException {
    String path = root.driver() + "/l/" + root.read(own(root, "link"));
    Files.delete(root.directory().resolve(path));
    return middle(root, path);
  }

  private static Trace emptyLower(StockedRoot root) throws IOException {
    String path = own(root, "lower");
    root.write(path, "");
    return middle(root, path);
  }

  private static Trace loseLower(StockedRoot root) throws IOException {
    String path = own(root, "lower");
    root.delete(path);
    return middle(root, path);
  }

  private static Act inMount(String file, String content) {
    return root -> {
      String path = mount(root) + "/" + file;
      root.write(path, content);
      return new Trace(path, Set.of());
    };
  }

  private static Trace loseInitId(StockedRoot root) throws IOException {
    String path = mount(root) + "/init-id";
    root.delete(path);
    return new Trace(path, Set.of());
  }

  private static Trace loseMount(StockedRoot root) throws IOException {
    String path = mount(root);
    root.delete(path);
    return new Trace(path, Set.of());
  }

  private static Trace shareContent(StockedRoot root) throws IOException {
    root.write(
        root.layer(root.middle()) + "/cache-id", root.read(root.layer(root.base()) + "/cache-id"));
    String first = Stream.of(root.middle(), root.base()).sorted().findFirst().orElseThrow();
    var affected = new TreeSet<String>(root.imagesOf(root.middle()));
    affected.addAll(root.imagesOf(root.base()));
    return new Trace(root.layer(first) + "/cache-id", affected);
  }

  private static Trace replaceSize(StockedRoot root) throws IOException {
    assumeThat(root.driver()).isNotEqualTo("vfs");
    String path = root.layer(root.middle()) + "/size";
    root.write(path, "12345");
    return middle(root, path);
  }

  private static Trace loseTarSplit(StockedRoot root) throws IOException {
    String path = root.layer(root.middle()) + TAR_SPLIT;
    root.delete(path);
    return middle(root, path);
  }

  private static Trace cutTarSplit(StockedRoot root) throws IOException {
    String path = root.layer(root.middle()) + TAR_SPLIT;
    byte[] whole = Files.readAllBytes(root.directory().resolve(path));
    root.write(path, Arrays.copyOf(whole, whole.length / 2));
    return middle(root, path);
  }

  private static Trace loseParent(StockedRoot root) throws IOException {
    String id = root.image().id();
    String metadata = root.imageHome() + "/imagedb/metadata/sha256/" + Digest.parse(id).hex();
    Files.createDirectories(root.directory().resolve(metadata));
    root.write(metadata + "/parent", NOTHINGS_DIGEST);
    return new Trace(metadata + "/parent", Set.of(id));
  }

  private static Trace middle(StockedRoot root, String path) {
    return new Trace(path, new TreeSet<>(root.imagesOf(root.middle())));
  }

  /// A file of the driver's own, in the directory of the layer in the middle.
  private static String own(StockedRoot root, String name) throws IOException {
    assumeThat(root.driver()).isNotEqualTo("vfs");
    return root.driver() + "/" + root.read(root.layer(root.middle()) + "/cache-id") + "/" + name;
  }

  private static String mount(StockedRoot root) throws IOException {
    String mounts = root.imageHome() + "/layerdb/mounts";
    try (var names = Files.list(root.directory().resolve(mounts))) {
      return mounts + "/" + names.sorted().findFirst().orElseThrow().getFileName();
    }
  }
}
