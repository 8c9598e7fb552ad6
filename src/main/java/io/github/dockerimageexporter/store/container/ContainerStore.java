package io.github.dockerimageexporter.store.container;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.InvalidContainer;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StatCache;
import io.github.dockerimageexporter.store.file.StoreFile;
import io.github.dockerimageexporter.store.file.WatchedTree;
import io.github.dockerimageexporter.store.json.Json;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Reads `containers`, which all drivers of a data root share, one directory for each container.
///
/// | file              | content                               | absent when             |
/// |-------------------|---------------------------------------|-------------------------|
/// | `config.v2.json`  | [ContainerConfig]; never half written | it is made or removed   |
/// | `hostconfig.json` | a JSON object                         | Docker takes that too   |
///
/// Docker forgets a container if it cannot decode either; null for the second crashes 20.10.
///
/// Source: moby, `daemon/container/container.go`, `daemon/create.go`.
public final class ContainerStore {
  /// What tells of changes here.
  public static final WatchedTree WATCHED = WatchedTree.store("containers");

  static final String CONFIG = "config.v2.json";
  private static final String HOST_CONFIG = "hostconfig.json";

  /// The one whose containers need not name it.
  private static final String FIRST_DRIVER = "aufs";

  private final String home;
  private final String driver;
  private final StatCache<Outcome> cache = new StatCache<>();

  /// @param home where the containers are, relative to the data root
  /// @param driver the storage driver of those to read
  public ContainerStore(String home, String driver) {
    this.home = home;
    this.driver = driver;
  }

  /// The containers of one driver.
  ///
  /// @param own the containers of this store's driver, sorted by ID
  /// @param manifests the manifest that each of them runs, where it is recorded
  /// @param mounts the snapshots of images that they mount
  /// @param invalid those that Docker does not load, whosever they are
  /// @param names the directories of all containers, readable or not; empty if they are not known
  public record Containers(
      List<Container> own,
      Map<String, Digest> manifests,
      Set<String> mounts,
      Map<String, InvalidContainer> invalid,
      Optional<Set<String>> names) {

    /// Those of something that is not a daemon.
    public static final Containers NONE =
        new Containers(List.of(), Map.of(), Set.of(), Map.of(), Optional.empty());

    /// Those that Docker does not load and that are of one store. Whose the others are cannot be
    /// said, nor what image they use: they are named, unless their configuration may still come.
    ///
    /// @param here whether the store has something of the container with an ID
    public Map<String, InvalidContainer> invalidOf(Predicate<String> here, ReadFailures failures) {
      var ofStore = new TreeMap<String, InvalidContainer>();
      for (InvalidContainer container : invalid.values()) {
        if (here.test(container.id())) {
          ofStore.put(container.id(), container);
        } else if (container.begun().isEmpty()) {
          failures.path(container.path(), container.reason());
        }
      }
      return ofStore;
    }
  }

  private sealed interface Outcome {}

  private record Own(Container container, Optional<Digest> manifest, Set<String> mounts)
      implements Outcome {}

  /// A container of another driver, or one that is gone by now.
  private record Foreign() implements Outcome {}

  private record Invalid(InvalidContainer container) implements Outcome {}

  /// @param file the one that cannot be understood here, though Docker may
  private record Unknown(String file, String reason) implements Outcome {}

  public Containers read(RootDirectory root, ReadFailures failures) {
    var own = new ArrayList<Container>();
    var manifests = new TreeMap<String, Digest>();
    var mounts = new HashSet<String>();
    var invalid = new TreeMap<String, InvalidContainer>();
    Optional<Set<String>> names = Optional.empty();
    try (Directory store = root.openDirectory(home)) {
      List<DirectoryEntry> entries = store.entries();
      names = Optional.of(entries.stream().map(DirectoryEntry::name).collect(toSet()));
      for (DirectoryEntry entry : entries) {
        // Docker follows a link here; we do not, and say so.
        if (entry.isDirectory() || entry.kind() == FileKind.SYMBOLIC_LINK) {
          switch (read(store, entry, failures)) {
            case Own(Container container, Optional<Digest> manifest, Set<String> mounted) -> {
              own.add(container);
              mounts.addAll(mounted);
              manifest.ifPresent(digest -> manifests.put(container.id(), digest));
            }
            case Invalid(InvalidContainer container) -> invalid.put(container.id(), container);
            case Unknown(String file, String reason) -> failures.path(path(entry) + file, reason);
            case Foreign _ -> {}
          }
        }
      }
    } catch (NoSuchFileException notVisible) {
      failures.part(StorePart.CONTAINERS, home, "does not exist");
    } catch (IOException unreadable) {
      failures.part(StorePart.CONTAINERS, home, unreadable);
    }
    cache.turn();
    own.sort(Comparator.comparing(Container::id));
    return new Containers(List.copyOf(own), manifests, mounts, invalid, names);
  }

  private Outcome read(Directory store, DirectoryEntry entry, ReadFailures failures) {
    try (Directory directory = store.openDirectory(entry.name())) {
      var config = StoreFile.of(directory, CONFIG);
      var hostConfig = StoreFile.of(directory, HOST_CONFIG);
      Stamp stamp = StoreFile.stamp(config, hostConfig);
      @Nullable Outcome known = cache.recall(entry, stamp);
      if (known != null) {
        return known;
      }
      if (config.status().isEmpty()) {
        return unfinished(store, entry);
      }
      return cache.remember(entry, stamp, read(config, hostConfig, entry));
    } catch (NoSuchFileException vanished) {
      return new Foreign();
    } catch (IOException unreadable) {
      failures.path(home + "/" + entry.name(), unreadable);
      return new Foreign();
    }
  }

  /// A directory without configuration; asked for again in each pass, since its age counts.
  private Outcome unfinished(Directory store, DirectoryEntry entry) throws IOException {
    Optional<FileStatus> status = store.find(entry.name());
    return status.isEmpty()
        ? new Foreign()
        : new Invalid(
            new InvalidContainer(
                entry.name(),
                path(entry) + CONFIG,
                CONFIG + ": missing",
                status.map(FileStatus::changedAt)));
  }

  private Outcome read(StoreFile file, StoreFile hostConfig, DirectoryEntry entry)
      throws IOException {
    StoreFile reading = file;
    try {
      var config = ContainerConfig.parse(file.document(), entry.name());
      reading = hostConfig;
      if (hostConfig.status().isPresent()) {
        Json.readFirst(hostConfig.document(), ContainerStore::requireObject);
      }
      return outcome(config, file, entry);
    } catch (UnexpectedFileException unexpected) {
      // Docker follows a symbolic link as far as it stays within the container's directory.
      return reading.isLink()
          ? new Unknown(reading.name(), String.valueOf(unexpected.getReason()))
          : invalid(entry, reading, String.valueOf(unexpected.getReason()));
    } catch (BeyondLimitException beyond) {
      return new Unknown(reading.name(), String.valueOf(beyond.getMessage()));
    } catch (IllegalArgumentException rejected) {
      return invalid(entry, reading, String.valueOf(rejected.getMessage()));
    }
  }

  private static Json.Value requireObject(Json.Value value) throws IOException {
    if (value.isNull()) {
      throw new IllegalArgumentException("expected an object, found null");
    }
    value.object("the configuration", (_, _) -> {});
    return value;
  }

  private Outcome invalid(DirectoryEntry entry, StoreFile file, String reason) {
    return new Invalid(
        new InvalidContainer(
            entry.name(),
            path(entry) + file.name(),
            file.name() + ": " + reason,
            Optional.empty()));
  }

  private Outcome outcome(ContainerConfig config, StoreFile file, DirectoryEntry entry) {
    if (config.driver().isEmpty() && !driver.equals(FIRST_DRIVER)) {
      return invalid(entry, file, "Driver: missing");
    }
    if (!config.driver().isEmpty() && !config.driver().equals(driver)) {
      return new Foreign();
    }
    try {
      return new Own(
          new Container(
              entry.name(), config.name(), ImageId.parse(config.image()), config.removing()),
          config.manifest(),
          config.mounts());
    } catch (IllegalArgumentException unknownImage) {
      return new Unknown(CONFIG, "Image: " + unknownImage.getMessage());
    }
  }

  private String path(DirectoryEntry entry) {
    return home + "/" + entry.name() + "/";
  }
}
