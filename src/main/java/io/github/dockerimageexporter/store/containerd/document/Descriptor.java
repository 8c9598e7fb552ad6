package io.github.dockerimageexporter.store.containerd.document;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Sized;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import io.github.dockerimageexporter.store.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// What names a blob in an index or a manifest.
///
/// @param platform what its content runs on, where an index says so
/// @param artefact whether an annotation says that it belongs to another manifest, as attestations
///     do
///
/// Source: OCI image spec, `descriptor.md`, `image-index.md`; BuildKit, `docs/attestations`.
public record Descriptor(
    Digest digest,
    String mediaType,
    long sizeBytes,
    Optional<Platform> platform,
    boolean artefact) {
  private static final String UNKNOWN = "unknown";
  private static final String REFERENCE_TYPE = "vnd.docker.reference.type";

  public static Descriptor of(Digest digest, String mediaType, long sizeBytes) {
    return new Descriptor(digest, mediaType, sizeBytes, Optional.empty(), false);
  }

  /// The same, with the digest that is kept already.
  Descriptor sharing(UnaryOperator<Digest> shared) {
    return new Descriptor(shared.apply(digest), mediaType, sizeBytes, platform, artefact);
  }

  static List<Descriptor> sharing(List<Descriptor> some, UnaryOperator<Digest> shared) {
    return some.stream().map(each -> each.sharing(shared)).toList();
  }

  public Sized sized() {
    return new Sized(digest, sizeBytes);
  }

  /// @throws IllegalArgumentException if it is not one
  static Descriptor read(String what, Json.Value value) throws IOException {
    var draft = new Draft();
    value.object(what, draft::take);
    return draft.toDescriptor(what);
  }

  private static final class Draft {
    private String digest = "";
    private String mediaType = "";
    private long sizeBytes;
    private Optional<Platform> platform = Optional.empty();
    private boolean artefact;

    void take(String name, Json.Value value) throws IOException {
      switch (Json.fold(name)) {
        case "digest" -> digest = value.text("digest").orElse(digest);
        case "mediatype" ->
            mediaType = value.text("mediaType").map(String::intern).orElse(mediaType);
        case "size" -> sizeBytes = value.integer("size").orElse(sizeBytes);
        case "platform" -> takePlatform(value);
        case "annotations" ->
            value.object("annotations", (key, _) -> artefact |= key.equals(REFERENCE_TYPE));
        default -> {}
      }
    }

    private void takePlatform(Json.Value value) throws IOException {
      var texts = new String[] {"", "", ""};
      value.object(
          "platform",
          (name, field) -> {
            switch (Json.fold(name)) {
              case "os" -> texts[0] = field.text("os").orElse("");
              case "architecture" -> texts[1] = field.text("architecture").orElse("");
              case "variant" -> texts[2] = field.text("variant").orElse("");
              default -> {}
            }
          });
      platform = Optional.of(new Platform(texts[0], texts[1], texts[2]));
    }

    Descriptor toDescriptor(String what) throws BeyondLimitException {
      if (Digest.isOfOtherAlgorithm(digest)) {
        throw new BeyondLimitException(
            "%s.digest: found %s, only sha256 is read".formatted(what, Quote.of(digest)));
      }
      try {
        return new Descriptor(
            Digest.parse(digest),
            mediaType,
            sizeBytes,
            platform,
            artefact || platform.filter(Draft::isUnknown).isPresent());
      } catch (IllegalArgumentException malformed) {
        throw new IllegalArgumentException(what + ".digest: " + malformed.getMessage(), malformed);
      }
    }

    private static boolean isUnknown(Platform platform) {
      return platform.os().equals(UNKNOWN) && platform.architecture().equals(UNKNOWN);
    }
  }
}
