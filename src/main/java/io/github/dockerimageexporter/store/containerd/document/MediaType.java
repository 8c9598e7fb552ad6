package io.github.dockerimageexporter.store.containerd.document;

import java.util.Set;

/// The media types that Docker and OCI give to the parts of an image.
///
/// Source: containerd, `core/images/mediatypes.go`; OCI image spec, `media-types.md`.
public final class MediaType {
  private static final Set<String> INDEXES =
      Set.of(
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json");
  private static final Set<String> MANIFESTS =
      Set.of(
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json");
  private static final Set<String> CONFIGS =
      Set.of(
          "application/vnd.oci.image.config.v1+json",
          "application/vnd.docker.container.image.v1+json");

  private static final Set<String> MANIFESTS_OF_SCHEMA_1 =
      Set.of(
          "application/vnd.docker.distribution.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v1+prettyjws");

  private MediaType() {}

  public static boolean isIndex(String type) {
    return INDEXES.contains(type);
  }

  public static boolean isManifest(String type) {
    return MANIFESTS.contains(type);
  }

  /// Of the first registries, in which layers have no configuration.
  public static boolean isManifestOfSchema1(String type) {
    return MANIFESTS_OF_SCHEMA_1.contains(type);
  }

  public static boolean isImageConfig(String type) {
    return CONFIGS.contains(type);
  }

  public static boolean isLayer(String type) {
    return type.startsWith("application/vnd.oci.image.layer.")
        || type.startsWith("application/vnd.docker.image.rootfs.");
  }

  public static boolean isJson(String type) {
    return type.endsWith("json");
  }
}
