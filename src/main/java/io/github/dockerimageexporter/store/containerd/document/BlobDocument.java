package io.github.dockerimageexporter.store.containerd.document;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import io.github.dockerimageexporter.store.json.ImageConfig;
import io.github.dockerimageexporter.store.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// What a small blob of the content store says.
///
/// Source: OCI image spec, `image-index.md`, `manifest.md`, `config.md`.
public sealed interface BlobDocument {
  /// More than any real image has; a hostile one ends here.
  int MOST_DESCRIPTORS = 4096;

  /// The same, with the digests that are kept already.
  ///
  /// @param shared gives the digest that is kept already, or the same
  default BlobDocument sharing(UnaryOperator<Digest> shared) {
    return this;
  }

  /// The manifests of an image, one for each platform, and what belongs to them.
  record Index(List<Descriptor> manifests) implements BlobDocument {
    @Override
    public BlobDocument sharing(UnaryOperator<Digest> shared) {
      return new Index(Descriptor.sharing(manifests, shared));
    }
  }

  /// One platform's configuration and layers, lowest first.
  record Manifest(Descriptor config, List<Descriptor> layers) implements BlobDocument {

    /// Whether it is an image's by its media types; else it is an artefact in the clothes of one.
    public boolean isOfImage() {
      return MediaType.isImageConfig(config.mediaType())
          && (layers.isEmpty()
              || layers.stream().anyMatch(layer -> MediaType.isLayer(layer.mediaType())));
    }

    @Override
    public BlobDocument sharing(UnaryOperator<Digest> shared) {
      return new Manifest(config.sharing(shared), Descriptor.sharing(layers, shared));
    }
  }

  record Config(ImageConfig content) implements BlobDocument {}

  /// JSON whose content does not matter here: also an index that lists nothing.
  record Other() implements BlobDocument {}

  /// Kinds of documents.
  enum Form {
    INDEX {
      @Override
      public BlobDocument parse(byte[] content) throws BeyondLimitException {
        return Json.readWhole(content, Form::index);
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

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /// Whether containerd takes such a document apart, and fails if it is not one.
    boolean isOfContainerd() {
      return this == INDEX || this == MANIFEST;
    }

    /// What `content` says.
    ///
    /// @throws IllegalArgumentException if it is not a document of this kind
    /// @throws BeyondLimitException if it is too large to tell
    public abstract BlobDocument parse(byte[] content) throws BeyondLimitException;

    /// As containerd does, which takes neither for the other.
    ///
    /// Source: containerd, `core/images/image.go` (validateMediaType).
    private static BlobDocument index(Json.Value document) throws IOException {
      var found = new ArrayList<BlobDocument>(List.of(new Other()));
      document.object(
          "the index",
          (name, value) -> {
            switch (Json.fold(name)) {
              case "manifests" -> found.set(0, new Index(list("manifests", value)));
              case "config", "layers" -> throw isNo("index", "manifest");
              case "mediatype" -> {
                if (value.text("mediaType").filter(MediaType::isManifest).isPresent()) {
                  throw isNo("index", "manifest");
                }
              }
              default -> {}
            }
          });
      return found.getFirst();
    }

    private static IllegalArgumentException isNo(String expected, String found) {
      return new IllegalArgumentException("expected %s, found %s".formatted(expected, found));
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
              case "manifests" -> throw isNo("manifest", "index");
              case "mediatype" -> {
                if (value.text("mediaType").filter(MediaType::isIndex).isPresent()) {
                  throw isNo("manifest", "index");
                }
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
