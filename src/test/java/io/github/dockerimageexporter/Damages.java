package io.github.dockerimageexporter;

import static io.github.dockerimageexporter.check.Kind.CHAIN_ID_MISMATCH;
import static io.github.dockerimageexporter.check.Kind.CHAIN_TOO_DEEP;
import static io.github.dockerimageexporter.check.Kind.CONTAINER_CONFIG_INVALID;
import static io.github.dockerimageexporter.check.Kind.DOWNLOAD_LEFTOVER;
import static io.github.dockerimageexporter.check.Kind.DRIVER_DIRECTORY_EMPTY;
import static io.github.dockerimageexporter.check.Kind.IMAGE_CONFIG_DIGEST_MISMATCH;
import static io.github.dockerimageexporter.check.Kind.IMAGE_CONFIG_INVALID;
import static io.github.dockerimageexporter.check.Kind.IMAGE_METADATA_ORPHAN;
import static io.github.dockerimageexporter.check.Kind.LAYER_DIRECTORY_MISSING;
import static io.github.dockerimageexporter.check.Kind.LAYER_EMPTY;
import static io.github.dockerimageexporter.check.Kind.LAYER_METADATA_INVALID;
import static io.github.dockerimageexporter.check.Kind.LAYER_MISSING;
import static io.github.dockerimageexporter.check.Kind.LAYER_PARENT_CYCLE;
import static io.github.dockerimageexporter.check.Kind.LAYER_PARENT_MISSING;
import static io.github.dockerimageexporter.check.Kind.LAYER_REMOVAL_LEFTOVER;
import static io.github.dockerimageexporter.check.Kind.LAYER_TRANSACTION_LEFTOVER;
import static io.github.dockerimageexporter.check.Kind.LAYER_UNREFERENCED;
import static io.github.dockerimageexporter.check.Kind.MOUNT_UNOWNED;
import static io.github.dockerimageexporter.check.Kind.ORPHAN_DIRECTORY;
import static io.github.dockerimageexporter.check.Kind.OVERLAY_LINK_UNOWNED;
import static io.github.dockerimageexporter.check.Kind.REFERENCES_INVALID;
import static io.github.dockerimageexporter.check.Kind.REFERENCE_DANGLING;
import static io.github.dockerimageexporter.check.Kind.STRAY_ENTRY;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.dockerimageexporter.engine.Damage;
import io.github.dockerimageexporter.engine.Damage.Act;
import io.github.dockerimageexporter.engine.Damage.Trace;
import io.github.dockerimageexporter.engine.StockedRoot;
import io.github.dockerimageexporter.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/// The faults that a data root can have, at least one of each kind.
final class Damages {
  private static final String NOTHINGS_DIGEST = Digest.of("nothing has this digest").toString();
  private static final String HEX = Digest.parse(NOTHINGS_DIGEST).hex();
  private static final String LINK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final String CONFIG = "config.v2.json";
  private static final String TAR_SPLIT = "tar-split.json.gz";
  private static final String LAYERS = "image/%s/layerdb/sha256/";
  private static final String REMOVING = HEX + "-" + HEX + "-removing";
  private static final String WRITE_SET = "image/%s/layerdb/tmp/write-set-12";
  private static final String METADATA = "image/%s/imagedb/metadata/sha256/" + HEX;
  private static final int ONE_LAYER_TOO_MANY = 126;

  static final List<Damage> ALL =
      List.of(
          new Damage("config cut short", IMAGE_CONFIG_DIGEST_MISMATCH, Damages::cutConfig),
          new Damage("config empty", IMAGE_CONFIG_DIGEST_MISMATCH, Damages::emptyConfig),
          new Damage("newline after config", IMAGE_CONFIG_DIGEST_MISMATCH, Damages::endConfig),
          new Damage("directory for config", IMAGE_CONFIG_INVALID, Damages::replaceConfig),
          new Damage("config of no JSON", IMAGE_CONFIG_INVALID, Damages::addTextConfig),
          new Damage("middle layer lost", LAYER_MISSING, root -> lose(root, root.middle())),
          new Damage("base layer lost", LAYER_MISSING, root -> lose(root, root.base())),
          new Damage(
              "top layer lost",
              LAYER_MISSING,
              root -> lose(root, root.image().chainIds().getLast())),
          new Damage("name of no image", REFERENCE_DANGLING, Damages::addReference),
          new Damage("references empty", REFERENCES_INVALID, root -> cutReferences(root, 0)),
          new Damage("references cut short", REFERENCES_INVALID, root -> cutReferences(root, 40)),
          new Damage("newline after size", LAYER_METADATA_INVALID, Damages::endSize),
          new Damage("size negative", LAYER_METADATA_INVALID, inMiddle("size", "-1")),
          new Damage("cache-id empty", LAYER_METADATA_INVALID, inMiddle("cache-id", "")),
          new Damage(
              "cache-id that leads out", LAYER_METADATA_INVALID, inMiddle("cache-id", "../../etc")),
          new Damage("diff empty", LAYER_METADATA_INVALID, inMiddle("diff", "")),
          new Damage("parent cut short", LAYER_METADATA_INVALID, inMiddle("parent", "sha256:12")),
          new Damage("layer emptied", LAYER_EMPTY, Damages::emptyLayer),
          new Damage("parent elsewhere", LAYER_PARENT_MISSING, inMiddle("parent", NOTHINGS_DIGEST)),
          new Damage("parents in a ring", LAYER_PARENT_CYCLE, Damages::closeRing),
          new Damage("126 layers", CHAIN_TOO_DEEP, Damages::addDeepImage),
          new Damage("parent lost", CHAIN_ID_MISMATCH, Damages::loseParent),
          new Damage("diff replaced", CHAIN_ID_MISMATCH, Damages::replaceDiff),
          new Damage("content lost", LAYER_DIRECTORY_MISSING, Damages::loseContent),
          new Damage("file for content", LAYER_DIRECTORY_MISSING, Damages::replaceContent),
          new Damage("directory lost", LAYER_DIRECTORY_MISSING, Damages::loseDirectory),
          new Damage("cache-id of nothing", LAYER_DIRECTORY_MISSING, Damages::renameCacheId),
          new Damage("driver's disk not mounted", DRIVER_DIRECTORY_EMPTY, Damages::emptyHome),
          new Damage(
              "daemon started without it", DRIVER_DIRECTORY_EMPTY, Damages::emptyHomeThenStart),
          new Damage("layer renamed", LAYER_MISSING, Damages::renameLayer),
          new Damage("layer under a second name", CHAIN_ID_MISMATCH, Damages::copyLayer),
          new Damage("removal cut short", LAYER_REMOVAL_LEFTOVER, adding(LAYERS + REMOVING)),
          new Damage("registration cut short", LAYER_TRANSACTION_LEFTOVER, adding(WRITE_SET)),
          new Damage("directory of nothing", ORPHAN_DIRECTORY, Damages::addDirectory),
          new Damage("layer of nothing", LAYER_UNREFERENCED, Damages::addLayer),
          new Damage("short name of nothing", OVERLAY_LINK_UNOWNED, Damages::addLink),
          new Damage("container lost", MOUNT_UNOWNED, Damages::loseContainer),
          new Damage("container empty", CONTAINER_CONFIG_INVALID, cutContainer(CONFIG, 0)),
          new Damage("container cut short", CONTAINER_CONFIG_INVALID, cutContainer(CONFIG, 100)),
          new Damage(
              "container without configuration", CONTAINER_CONFIG_INVALID, Damages::loseConfig),
          new Damage(
              "host configuration empty",
              CONTAINER_CONFIG_INVALID,
              cutContainer("hostconfig.json", 0)),
          new Damage("metadata of nothing", IMAGE_METADATA_ORPHAN, adding(METADATA)),
          new Damage("download cut short", DOWNLOAD_LEFTOVER, adding("tmp/GetImageBlob12")),
          new Damage("backup of a layer", STRAY_ENTRY, adding(LAYERS + "backup")));

  private Damages() {}

  /// Adds an empty directory; `%s` stands for the driver.
  private static Act adding(String path) {
    return root -> {
      String added = path.formatted(root.driver());
      Files.createDirectories(root.directory().resolve(added));
      return new Trace(added, Set.of());
    };
  }

  private static Trace addDirectory(StockedRoot root) throws IOException {
    String home = root.driver().equals("vfs") ? "vfs/dir/" : root.driver() + "/";
    return adding(home + HEX).on(root);
  }

  /// A layer like the base, but of another diff ID, and with a directory of its own.
  private static Trace addLayer(StockedRoot root) throws IOException {
    String path = root.layer(NOTHINGS_DIGEST);
    Files.createDirectory(root.directory().resolve(path));
    root.write(path + "/diff", NOTHINGS_DIGEST);
    root.write(path + "/size", "0");
    root.write(path + "/cache-id", HEX);
    Files.copy(
        root.directory().resolve(root.layer(root.base()), TAR_SPLIT),
        root.directory().resolve(path, TAR_SPLIT));
    addDirectory(root);
    if (!root.driver().equals("vfs")) {
      Files.createDirectory(root.directory().resolve(root.driver(), HEX, "diff"));
      root.write(root.driver() + "/" + HEX + "/link", LINK);
      addLink(root);
    }
    return new Trace(path, Set.of());
  }

  private static Trace addLink(StockedRoot root) throws IOException {
    assumeThat(root.driver()).isNotEqualTo("vfs");
    String path = root.driver() + "/l/" + LINK;
    Files.createSymbolicLink(root.directory().resolve(path), Path.of("..", HEX, "diff"));
    return new Trace(path, Set.of());
  }

  private static Trace loseContainer(StockedRoot root) throws IOException {
    String id = container(root);
    root.delete("containers/" + id);
    return new Trace(root.imageHome() + "/layerdb/mounts/" + id, Set.of());
  }

  private static Act cutContainer(String file, int bytes) {
    return root -> {
      String path = "containers/" + container(root) + "/" + file;
      root.truncate(path, bytes);
      return new Trace(path, Set.of());
    };
  }

  private static Trace loseConfig(StockedRoot root) throws IOException {
    String path = "containers/" + container(root) + "/" + CONFIG;
    root.delete(path);
    return new Trace(path, Set.of());
  }

  private static String container(StockedRoot root) throws IOException {
    try (var containers = Files.list(root.directory().resolve("containers"))) {
      return containers.findFirst().orElseThrow().getFileName().toString();
    }
  }

  private static Trace cutConfig(StockedRoot root) throws IOException {
    String path = root.config(root.image().id());
    root.truncate(path, 100);
    return new Trace(path, Set.of(root.image().id()));
  }

  private static Trace emptyConfig(StockedRoot root) throws IOException {
    String path = root.config(root.image().id());
    root.truncate(path, 0);
    return new Trace(path, Set.of(root.image().id()));
  }

  private static Trace endConfig(StockedRoot root) throws IOException {
    String path = root.config(root.image().id());
    root.write(path, root.read(path) + "\n");
    return new Trace(path, Set.of(root.image().id()));
  }

  private static Trace replaceConfig(StockedRoot root) throws IOException {
    String path = root.config(root.image().id());
    root.delete(path);
    Files.createDirectory(root.directory().resolve(path));
    return new Trace(path, Set.of(root.image().id()));
  }

  private static Trace addTextConfig(StockedRoot root) throws IOException {
    return addConfig(root, "no JSON");
  }

  /// Docker never registers more layers than it loads, so only the configuration is there.
  private static Trace addDeepImage(StockedRoot root) throws IOException {
    String diffIds =
        Collections.nCopies(ONE_LAYER_TOO_MANY, "\"" + NOTHINGS_DIGEST + "\"").stream()
            .collect(joining(","));
    return addConfig(root, "{\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diffIds + "]}}");
  }

  private static Trace addConfig(StockedRoot root, String config) throws IOException {
    String id = Digest.of(config).toString();
    root.write(root.config(id), config);
    return new Trace(root.config(id), Set.of(id));
  }

  private static Trace lose(StockedRoot root, String layer) throws IOException {
    root.delete(root.layer(layer));
    return new Trace(root.layer(layer), root.imagesOf(layer));
  }

  private static Trace addReference(StockedRoot root) throws IOException {
    String path = root.repositories();
    String references = root.read(path);
    String opening = "{\"Repositories\":{";
    root.write(
        path,
        opening
            + "\"lost\":{\"lost:1\":\"%s\"},".formatted(NOTHINGS_DIGEST)
            + references.substring(opening.length()));
    return new Trace(path, Set.of());
  }

  private static Trace cutReferences(StockedRoot root, int bytes) throws IOException {
    root.truncate(root.repositories(), bytes);
    return new Trace(root.repositories(), Set.of());
  }

  private static Trace endSize(StockedRoot root) throws IOException {
    String size = root.read(root.layer(root.middle()) + "/size");
    return inMiddle("size", size + "\n").on(root);
  }

  /// Writes one file of the middle layer's record.
  private static Act inMiddle(String file, String content) {
    return root -> {
      String path = root.layer(root.middle()) + "/" + file;
      root.write(path, content);
      return new Trace(path, root.imagesOf(root.middle()));
    };
  }

  private static Trace emptyLayer(StockedRoot root) throws IOException {
    String path = root.layer(root.middle());
    root.delete(path);
    Files.createDirectory(root.directory().resolve(path));
    return new Trace(path, root.imagesOf(root.middle()));
  }

  /// The base layer gets the middle one for its parent; the path is that of the lesser name.
  private static Trace closeRing(StockedRoot root) throws IOException {
    root.write(root.layer(root.base()) + "/parent", root.middle());
    String first = Collections.min(List.of(root.base(), root.middle()));
    return new Trace(root.layer(first) + "/parent", root.imagesOf(root.base()));
  }

  private static Trace loseParent(StockedRoot root) throws IOException {
    String path = root.layer(root.middle());
    root.delete(path + "/parent");
    return new Trace(path, root.imagesOf(root.middle()));
  }

  private static Trace replaceDiff(StockedRoot root) throws IOException {
    String path = root.layer(root.middle());
    root.write(path + "/diff", NOTHINGS_DIGEST);
    return new Trace(path, root.imagesOf(root.middle()));
  }

  /// The content with all that the driver has written down about it.
  private static Trace loseDirectory(StockedRoot root) throws IOException {
    String content = root.content(root.middle());
    int end = root.driver().equals("vfs") ? content.length() : content.lastIndexOf('/');
    root.delete(content.substring(0, end));
    return new Trace(content, root.imagesOf(root.middle()));
  }

  private static Trace emptyHome(StockedRoot root) throws IOException {
    root.delete(root.driver());
    Files.createDirectory(root.directory().resolve(root.driver()));
    return new Trace(root.driver(), root.imagesWithLayers());
  }

  /// What the driver makes in an empty home when it starts.
  private static Trace emptyHomeThenStart(StockedRoot root) throws IOException {
    Trace trace = emptyHome(root);
    if (!root.driver().equals("vfs")) {
      Files.createDirectory(root.directory().resolve(root.driver(), "l"));
    }
    root.write(root.driver() + "/backingFsBlockDev", "");
    return trace;
  }

  private static Trace renameCacheId(StockedRoot root) throws IOException {
    root.write(root.layer(root.middle()) + "/cache-id", HEX);
    return new Trace(root.content(root.middle()), root.imagesOf(root.middle()));
  }

  private static Trace renameLayer(StockedRoot root) throws IOException {
    Files.move(
        root.directory().resolve(root.layer(root.middle())),
        root.directory().resolve(root.layer(NOTHINGS_DIGEST)));
    return new Trace(root.layer(root.middle()), root.imagesOf(root.middle()));
  }

  private static Trace copyLayer(StockedRoot root) throws IOException {
    Path copy = Files.createDirectory(root.directory().resolve(root.layer(NOTHINGS_DIGEST)));
    try (var files = Files.list(root.directory().resolve(root.layer(root.middle())))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return new Trace(root.layer(NOTHINGS_DIGEST), Set.of());
  }

  private static Trace loseContent(StockedRoot root) throws IOException {
    String path = root.content(root.middle());
    root.delete(path);
    return new Trace(path, root.imagesOf(root.middle()));
  }

  private static Trace replaceContent(StockedRoot root) throws IOException {
    String path = root.content(root.middle());
    root.delete(path);
    root.write(path, "no directory");
    return new Trace(path, root.imagesOf(root.middle()));
  }
}
