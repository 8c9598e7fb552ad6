package io.github.dockerimageexporter.store;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.model.Container;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.StoreLayout;
import io.github.dockerimageexporter.model.StorePart;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads `containers`, which all drivers of a data root share: `<id>/config.v2.json` says in
/// `Driver` whose a container is, in `Image` what it was made from, and in `State` whether it is
/// being removed.
///
/// Source: moby, `daemon/container/container.go`.
final class ContainerStore {
  private static final String CONFIG = "config.v2.json";

  private final StoreLayout layout;
  private final StatCache<Outcome> memory = new StatCache<>();

  ContainerStore(StoreLayout layout) {
    this.layout = layout;
  }

  /// @param own the containers of this store's driver, sorted by ID
  /// @param names the directories of all containers, readable or not; empty if they are not known
  record Containers(List<Container> own, Optional<Set<String>> names) {}

  /// @param own the container, if it is one of this store's driver
  private record Outcome(Optional<Container> own) {}

  Containers read(Directory root, ReadFailures failures) {
    var containers = new ArrayList<Container>();
    Optional<Set<String>> names = Optional.empty();
    try (Directory store = root.openDirectory(layout.containers())) {
      List<DirectoryEntry> entries = store.entries();
      names = Optional.of(entries.stream().map(DirectoryEntry::name).collect(toSet()));
      for (DirectoryEntry entry : entries) {
        if (entry.kind() == FileKind.DIRECTORY) {
          read(store, entry, failures).ifPresent(containers::add);
        }
      }
    } catch (NoSuchFileException notVisible) {
      failures.part(StorePart.CONTAINERS, layout.containers(), "not there");
    } catch (IOException unreadable) {
      failures.part(StorePart.CONTAINERS, layout.containers(), unreadable);
    }
    memory.turn();
    containers.sort(Comparator.comparing(Container::id));
    return new Containers(List.copyOf(containers), names);
  }

  private Optional<Container> read(Directory store, DirectoryEntry entry, ReadFailures failures) {
    try (Directory directory = store.openDirectory(entry.name())) {
      var config = StoreFile.of(directory, CONFIG);
      Outcome known = memory.recall(entry, config.stamp());
      if (known == null) {
        known = memory.remember(entry, config.stamp(), new Outcome(read(config, entry.name())));
      }
      return known.own();
    } catch (NoSuchFileException vanished) {
      return Optional.empty();
    } catch (IOException unreadable) {
      failures.path(layout.containers() + "/" + entry.name(), unreadable);
      return Optional.empty();
    }
  }

  /// One that Docker could not load either has no image that it would name.
  private Optional<Container> read(StoreFile file, String id) throws IOException {
    try {
      JsonNode config = Json.parseWhole(file.document());
      return config.path("Driver").asText("").equals(layout.graphDriver())
          ? Optional.of(
              new Container(id, ImageId.parse(config.path("Image").asText("")), isRemoving(config)))
          : Optional.empty();
    } catch (UnexpectedFileException | IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  private static boolean isRemoving(JsonNode config) {
    JsonNode state = config.path("State");
    return state.path("Dead").asBoolean() || state.path("RemovalInProgress").asBoolean();
  }
}
