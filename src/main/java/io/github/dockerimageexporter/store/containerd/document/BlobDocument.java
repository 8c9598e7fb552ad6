package io.github.dockerimageexporter.store.containerd.document;

import io.github.dockerimageexporter.store.file.BeyondLimitException;
import io.github.dockerimageexporter.store.json.ImageConfig;
import io.github.dockerimageexporter.store.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a small blob of the content store says.
///
/// Source: OCI image spec, `image-index.md`, `manifest.md`, `config.md`.
public sealed interface BlobDocument {
  /// More than any real image has; a hostile one ends here.
  int MOST_DESCRIPTORS = 4096;

  /// The manifests of an image, one for each platform, and what belongs to them.
  record Index(List<Descriptor> manifests) implements BlobDocument {}

  /// One platform's configuration and layers, lowest first.
  record Manifest(Descriptor config, List<Descriptor> layers) implements BlobDocument {

    /// Whether it is an image's by its media types; else it is an artefact in the clothes of one.
    public boolean isOfImage() {
      return MediaType.isImageConfig(config.mediaType())
          && (layers.isEmpty()
              || layers.stream().anyMatch(layer -> MediaType.isLayer(layer.mediaType())));
    }
  }

  record Config(ImageConfig content) implements BlobDocument {}

  /// JSON whose content does not matter here.
  record Other() implements BlobDocument {}

  /// Kinds of documents.
  enum Form {
    INDEX {
      @Override
      public BlobDocument parse(byte[] content) throws BeyondLimitException {
        return Json.readWhole(content, value -> new Index(descriptors(value, "manifests")));
      }
    },
    MANIFEST {
      @Override
      public BlobDocument parse(byte[] content) throws BeyondLimitException {
        return Json.readWhole(content, Form::manifest);
      }
    },
    CONFIG {
      @Override
      public BlobDocument parse(byte[] content) throws BeyondLimitException {
        return new Config(ImageConfig.parse(content));
      }
    },
    OTHER {
      @Override
      public BlobDocument parse(byte[] content) throws BeyondLimitException {
        return Json.readWhole(
            content,
            value -> {
              value.object("the document", (_, _) -> {});
              return new Other();
            });
      }
    };

    /// What `content` says.
    ///
    /// @throws IllegalArgumentException if it is not a document of this kind
    /// @throws BeyondLimitException if it is too large to tell
    public abstract BlobDocument parse(byte[] content) throws BeyondLimitException;

    private static List<Descriptor> descriptors(Json.Value document, String list)
        throws IOException {
      var found = new ArrayList<Optional<List<Descriptor>>>(List.of(Optional.empty()));
      document.object(
          "the document",
          (name, value) -> {
            if (Json.fold(name).equals(list)) {
              found.set(0, Optional.of(list(list, value)));
            }
          });
      return found
          .getFirst()
          .orElseThrow(() -> new IllegalArgumentException("expected " + list + ", found none"));
    }

    private static Manifest manifest(Json.Value document) throws IOException {
      var config = new ArrayList<Descriptor>();
      var layers = new ArrayList<Descriptor>();
      document.object(
          "the manifest",
          (name, value) -> {
            switch (Json.fold(name)) {
              case "config" -> {
                config.clear();
                config.add(Descriptor.read("config", value));
              }
              case "layers" -> {
                layers.clear();
                layers.addAll(list("layers", value));
              }
              default -> {}
            }
          });
      if (config.isEmpty()) {
        throw new IllegalArgumentException("expected config, found none");
      }
      return new Manifest(config.getFirst(), List.copyOf(layers));
    }

    private static List<Descriptor> list(String what, Json.Value value) throws IOException {
      var descriptors = new ArrayList<Descriptor>();
      value.array(
          what,
          each -> {
            if (descriptors.size() == MOST_DESCRIPTORS) {
              throw new BeyondLimitException(
                  "%s: found more than %d, the limit here".formatted(what, MOST_DESCRIPTORS));
            }
            descriptors.add(Descriptor.read(what, each));
          });
      return List.copyOf(descriptors);
    }
  }
}
