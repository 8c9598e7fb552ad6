package io.github.dockerimageexporter.store.graphdriver;

import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.posix.RootDirectory;
import io.github.dockerimageexporter.posix.Stamp;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import io.github.dockerimageexporter.store.file.ReadFailures;
import io.github.dockerimageexporter.store.file.StoreFile;
import io.github.dockerimageexporter.store.json.Json;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Reads `image/<driver>/repositories.json`.
///
/// ```json
/// {"Repositories":{"app":{"app:1":"sha256:…","app@sha256:…":"sha256:…"}}}
/// ```
///
/// Docker decodes the first JSON value and passes over what follows it; an absent file is an empty
/// list, an empty one stops the daemon.
///
/// Source: moby, `daemon/internal/refstore/store.go` (reload).
final class ReferenceStore {
  private final GraphDriverLayout layout;
  private Stamp stamp = Stamp.ABSENT;
  private References last = References.NONE;

  ReferenceStore(GraphDriverLayout layout) {
    this.layout = layout;
  }

  /// @param list sorted by name
  /// @param invalid why they could not be understood, if so
  record References(List<Reference> list, Optional<String> invalid) {
    static final References NONE = new References(List.of(), Optional.empty());
  }

  References read(RootDirectory root, ReadFailures failures) {
    try {
      return root.at(layout.references(), (directory, name) -> read(StoreFile.of(directory, name)));
    } catch (NoSuchFileException noStoreYet) {
      return References.NONE;
    } catch (IOException unreadable) {
      failures.part(StorePart.REFERENCES, layout.references(), unreadable);
      return References.NONE;
    }
  }

  private References read(StoreFile file) throws IOException {
    Stamp found = file.stamp();
    if (!stamp.holdsAt(found)) {
      last = parse(file);
      stamp = found;
    }
    return last;
  }

  private References parse(StoreFile file) throws IOException {
    try {
      return new References(
          Json.readFirst(file.document(), ReferenceStore::list), Optional.empty());
    } catch (NoSuchFileException noneYet) {
      return References.NONE;
    } catch (UnexpectedFileException unexpected) {
      return invalid(String.valueOf(unexpected.getReason()));
    } catch (IllegalArgumentException rejected) {
      return invalid(String.valueOf(rejected.getMessage()));
    }
  }

  private static References invalid(String reason) {
    return new References(List.of(), Optional.of(reason));
  }

  /// All names, sorted. One that Docker could not have given is passed over, as Docker does.
  private static List<Reference> list(Json.Value document) throws IOException {
    var repositories = new HashMap<String, Map<String, String>>();
    document.object(
        "the document",
        (name, field) -> {
          if (Json.fold(name).equals("repositories")) {
            takeRepositories(field, repositories);
          }
        });
    var references = new TreeSet<Reference>();
    for (Map<String, String> repository : repositories.values()) {
      repository.forEach((name, target) -> references.add(new Reference(name, target)));
    }
    return List.copyOf(references);
  }

  /// Adds to `repositories`: a repository that comes twice is the last, the list itself goes on.
  private static void takeRepositories(
      Json.Value field, Map<String, Map<String, String>> repositories) throws IOException {
    if (field.isNull()) {
      repositories.clear();
    }
    field.object(
        "Repositories",
        (repository, references) -> {
          var named = new HashMap<String, String>();
          references.object(
              "a repository",
              (name, target) -> {
                String image = target.text("a reference").orElse("");
                if (name.length() <= Reference.MAX_NAME_LENGTH) {
                  named.put(name, image);
                }
              });
          repositories.put(repository, named);
        });
  }
}
