package io.github.dockerimageexporter.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.model.StoreLayout;
import io.github.dockerimageexporter.model.StorePart;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.UnexpectedFileException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
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
  private final StoreLayout layout;
  private long stamp;
  private References last = References.NONE;

  ReferenceStore(StoreLayout layout) {
    this.layout = layout;
  }

  /// @param list sorted by name
  /// @param invalid why they could not be understood, if so
  record References(List<Reference> list, Optional<String> invalid) {
    static final References NONE = new References(List.of(), Optional.empty());
  }

  References read(Directory root, ReadFailures failures) {
    try {
      var file = StoreFile.of(root, layout.references());
      if (file.stamp() != stamp) {
        last = parse(file);
        stamp = file.stamp();
      }
      return last;
    } catch (IOException unreadable) {
      failures.part(StorePart.REFERENCES, layout.references(), unreadable);
      return References.NONE;
    }
  }

  private References parse(StoreFile file) throws IOException {
    try {
      byte[] content = file.document();
      return new References(list(Json.parseFirst(content)), Optional.empty());
    } catch (NoSuchFileException noneYet) {
      return References.NONE;
    } catch (UnexpectedFileException unexpected) {
      if (file.isRegular()) {
        throw unexpected; // Too long for this program; Docker reads it all.
      }
      return invalid(String.valueOf(unexpected.getReason()));
    } catch (IllegalArgumentException rejected) {
      return invalid(String.valueOf(rejected.getMessage()));
    }
  }

  private static References invalid(String reason) {
    return new References(List.of(), Optional.of(reason));
  }

  private static List<Reference> list(JsonNode document) {
    var references = new TreeSet<Reference>();
    JsonNode repositories = object(document, "the document").path("Repositories");
    for (JsonNode repository : object(repositories, "Repositories")) {
      object(repository, "a repository")
          .forEachEntry((name, target) -> references.add(new Reference(name, text(target))));
    }
    return List.copyOf(references);
  }

  /// An object, or what Go takes for an empty one.
  private static JsonNode object(JsonNode node, String what) {
    if (!node.isObject() && !node.isNull() && !node.isMissingNode()) {
      throw new IllegalArgumentException(what + ": expected an object");
    }
    return node;
  }

  private static String text(JsonNode target) {
    if (!target.isTextual()) {
      throw new IllegalArgumentException("a reference: expected an image ID");
    }
    return target.textValue();
  }
}
