package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.snapshot.graphdriver.InvalidMount;
import io.github.dockerimageexporter.snapshot.graphdriver.RwLayer;
import io.github.dockerimageexporter.store.file.MalformedFileException;
import io.github.dockerimageexporter.store.file.StoreFile;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/// The files of one mount.
///
/// | file       | content                                       | absent when           |
/// |------------|-----------------------------------------------|-----------------------|
/// | `mount-id` | the driver's directory that takes the writes  | never                 |
/// | `init-id`  | the one below it, `<mount-id>-init`           | it is no container's  |
/// | `parent`   | the image's top chain                         | `FROM scratch`        |
///
/// They are written one by one and in place, so a mount that is just made or removed is incomplete
/// for a moment. Docker takes only names of its own making for the first two, whoever asked for the
/// mount, and passes over a mount that it cannot read.
///
/// Source: moby, `daemon/internal/layer/filestore.go`.
///
/// @param path of their directory, relative to the data root
record MountFiles(String name, String path, StoreFile mountId, StoreFile initId, StoreFile parent) {
  private static final String MOUNT_ID = "mount-id";
  private static final String INIT_ID = "init-id";
  private static final String PARENT = "parent";
  private static final String INIT = "-init";

  private static final Pattern DRIVER_NAME = Pattern.compile("[a-f0-9]{64}(-init)?");

  /// What they say.
  sealed interface Mount {}

  record Valid(RwLayer mount) implements Mount {}

  record Invalid(InvalidMount mount) implements Mount {}

  static MountFiles of(GraphDriverLayout layout, String name, Directory directory)
      throws IOException {
    return new MountFiles(
        name,
        path(layout, name),
        StoreFile.of(directory, MOUNT_ID),
        StoreFile.of(directory, INIT_ID),
        StoreFile.of(directory, PARENT));
  }

  /// A mount that has to be there, and has none of its files.
  static Invalid missing(GraphDriverLayout layout, String name) {
    return new Invalid(
        new InvalidMount(
            name,
            path(layout, name) + "/" + MOUNT_ID,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            true,
            true,
            MOUNT_ID + ": missing"));
  }

  private static String path(GraphDriverLayout layout, String name) {
    return layout.mounts() + "/" + name;
  }

  Stamp stamp() {
    return StoreFile.stamp(mountId, initId, parent);
  }

  /// Reads them; empty if none is there.
  Optional<Mount> read() throws IOException {
    if (!mountId.isThere() && !initId.isThere() && !parent.isThere()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Valid(
              new RwLayer(
                  name,
                  mountId.require(MountFiles::parseDriverName),
                  initId.find(MountFiles::parseDriverName),
                  parent.find(MountFiles::parseParent))));
    } catch (MalformedFileException malformed) {
      return Optional.of(new Invalid(readValidOnes(malformed)));
    }
  }

  /// Reads those that are well-formed.
  private InvalidMount readValidOnes(MalformedFileException malformed) throws IOException {
    Optional<CacheId> validInitId = find(initId, MountFiles::parseDriverName);
    Optional<CacheId> validMountId =
        find(mountId, MountFiles::parseDriverName)
            .or(() -> validInitId.flatMap(MountFiles::aboveInit));
    Optional<ChainId> validParent = find(parent, MountFiles::parseParent);
    return new InvalidMount(
        name,
        path + "/" + malformed.name(),
        validMountId,
        validInitId,
        validParent,
        validMountId.isPresent() || !(mountId.isThere() || initId.isThere()),
        validParent.isPresent() || !parent.isThere(),
        malformed.name() + ": " + malformed.reason());
  }

  private static <T> Optional<T> find(StoreFile file, Function<String, T> parse)
      throws IOException {
    try {
      return file.find(parse);
    } catch (MalformedFileException unknown) {
      return Optional.empty();
    }
  }

  private static ChainId parseParent(String text) {
    return ChainId.parse(text.strip());
  }

  /// The directory that stands on the init layer `initId`.
  private static Optional<CacheId> aboveInit(CacheId initId) {
    String name = initId.value();
    return name.endsWith(INIT)
        ? Optional.of(new CacheId(name.substring(0, name.length() - INIT.length())))
        : Optional.empty();
  }

  private static CacheId parseDriverName(String text) {
    var id = new CacheId(text.strip());
    if (!DRIVER_NAME.matcher(id.value()).matches()) {
      throw new IllegalArgumentException(
          "expected 64 hexadecimal digits, or those and -init, found \"" + id + "\"");
    }
    return id;
  }
}
