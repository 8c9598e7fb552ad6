package io.github.dockerimageexporter.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Platform;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What this program needs of an image configuration.
///
/// | field                | rule                                                               |
/// |----------------------|--------------------------------------------------------------------|
/// | `rootfs`             | must be there                                                      |
/// | `rootfs.diff_ids`    | digests, lowest layer first; none at all is legal                  |
/// | `os`, `architecture`, `variant` | texts, empty if absent                                  |
/// | `created`            | RFC 3339; the year 1 stands for none, as reproducible builds write |
///
/// A field's name may be written in any case. Go also takes for a time what Java does not, such as
/// ten digits of a second, so that a time which cannot be read here is none, and no fault.
///
/// Source: moby, `daemon/internal/image/image.go` (NewFromJSON), `rootfs.go`; OCI image spec,
/// `config.md`.
record ImageConfig(List<DiffId> diffIds, Platform platform, Optional<Instant> created) {

  /// @throws IllegalArgumentException saying what was found and what was expected
  static ImageConfig parse(byte[] content) {
    JsonNode config = Json.parseWhole(content);
    if (!config.isObject()) {
      throw new IllegalArgumentException("expected a JSON object");
    }
    return new ImageConfig(
        diffIds(field(config, "rootfs")),
        new Platform(text(config, "os"), text(config, "architecture"), text(config, "variant")),
        created(text(config, "created")));
  }

  private static List<DiffId> diffIds(JsonNode node) {
    if (!node.isObject()) {
      throw new IllegalArgumentException("expected an object rootfs, found none");
    }
    JsonNode names = field(node, "diff_ids");
    if (!names.isArray() && !names.isNull() && !names.isMissingNode()) {
      throw new IllegalArgumentException("rootfs.diff_ids: expected an array");
    }
    var diffIds = new ArrayList<DiffId>(names.size());
    for (JsonNode name : names) {
      if (!name.isTextual()) {
        throw new IllegalArgumentException(
            "rootfs.diff_ids[%d]: expected a digest".formatted(diffIds.size()));
      }
      diffIds.add(DiffId.parse(name.textValue()));
    }
    return diffIds;
  }

  private static String text(JsonNode config, String field) {
    JsonNode value = field(config, field);
    if (!value.isTextual() && !value.isNull() && !value.isMissingNode()) {
      throw new IllegalArgumentException(field + ": expected a text");
    }
    return value.asText("");
  }

  private static Optional<Instant> created(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      return time.getYear() <= 1 ? Optional.empty() : Optional.of(time.toInstant());
    } catch (DateTimeParseException notReadHere) {
      return Optional.empty();
    }
  }

  /// The last of the fields of that name.
  private static JsonNode field(JsonNode object, String name) {
    JsonNode found = MissingNode.getInstance();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (field.getKey().equalsIgnoreCase(name)) {
        found = field.getValue();
      }
    }
    return found;
  }
}
