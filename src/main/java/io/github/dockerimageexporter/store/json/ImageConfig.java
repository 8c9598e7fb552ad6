package io.github.dockerimageexporter.store.json;

import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What this program needs of an image configuration.
///
/// | field                | rule                                                               |
/// |----------------------|--------------------------------------------------------------------|
/// | `rootfs`             | must be there                                                      |
/// | `rootfs.diff_ids`    | digests, lowest layer first; none at all is legal                  |
/// | `os`, `architecture`, `variant` | texts, empty if absent                                  |
/// | `created`            | RFC 3339; the year 1 stands for none, as reproducible builds write |
/// | others that Docker knows | of their types ([ImageType])                                   |
///
/// A time that Go reads and Java does not is none, and no fault.
///
/// Source: moby, `daemon/internal/image/image.go` (NewFromJSON), `rootfs.go`; OCI image spec,
/// `config.md`.
public record ImageConfig(List<DiffId> diffIds, Platform platform, Optional<Instant> created) {
  /// Docker loads no image of more than 125; with this many, their IDs begin to fill the heap.
  private static final int MAX_DIFF_IDS = 1 << 17;

  /// Reads a configuration as Docker does.
  ///
  /// @throws IllegalArgumentException saying what was found and what was expected
  /// @throws BeyondLimitException if it is too large to tell
  public static ImageConfig parse(byte[] content) throws BeyondLimitException {
    return Json.readWhole(
        content,
        value -> {
          var draft = new Draft();
          value.object("the configuration", draft::take);
          return draft.toConfig();
        });
  }

  /// The fields read by now: an object that comes twice is read on into what there is.
  private static final class Draft {
    private Optional<List<DiffId>> rootFs = Optional.empty();
    private String os = "";
    private String architecture = "";
    private String variant = "";
    private Optional<Instant> created = Optional.empty();

    void take(String name, Json.Value value) throws IOException {
      switch (Json.fold(name)) {
        case "rootfs" -> takeRootFs(value);
        case "os" -> os = value.text("os").orElse(os);
        case "architecture" -> architecture = value.text("architecture").orElse(architecture);
        case "variant" -> variant = value.text("variant").orElse(variant);
        case "created" -> takeCreated(value);
        default -> GoType.checkField(ImageType.FIELDS, name, value);
      }
    }

    private void takeRootFs(Json.Value value) throws IOException {
      if (value.isNull()) {
        rootFs = Optional.empty();
        return;
      }
      List<DiffId> diffIds = rootFs.orElseGet(ArrayList::new);
      rootFs = Optional.of(diffIds);
      value.object(
          "rootfs",
          (name, field) -> {
            switch (Json.fold(name)) {
              case "type" -> GoType.STRING.check("rootfs.type", field);
              case "diff_ids" -> takeDiffIds(diffIds, field);
              default -> {}
            }
          });
    }

    private static void takeDiffIds(List<DiffId> diffIds, Json.Value value) throws IOException {
      diffIds.clear();
      value.array(
          "rootfs.diff_ids",
          element -> {
            String text = element.text("rootfs.diff_ids").orElse("");
            if (diffIds.size() == MAX_DIFF_IDS) {
              throw new BeyondLimitException(
                  "found more than %d diff IDs, the limit here".formatted(MAX_DIFF_IDS));
            }
            diffIds.add(DiffId.parse(text));
          });
    }

    private void takeCreated(Json.Value value) throws IOException {
      Optional<String> text = value.text("created");
      if (text.isPresent()) {
        GoTime.require(text.get(), "created");
        created =
            GoTime.parse(text.get())
                .filter(time -> time.getYear() > 1)
                .map(OffsetDateTime::toInstant);
      }
    }

    ImageConfig toConfig() {
      if (rootFs.isEmpty()) {
        throw new IllegalArgumentException("expected an object rootfs, found none");
      }
      return new ImageConfig(
          List.copyOf(rootFs.get()), new Platform(os, architecture, variant), created);
    }
  }
}
