package io.github.dockerimageexporter.store.container;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import io.github.dockerimageexporter.store.json.Json;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// What this program needs of a container's `config.v2.json`.
///
/// | field                            | rule                                                   |
/// |----------------------------------|--------------------------------------------------------|
/// | `ID`                             | that of the directory, or absent                       |
/// | `Name`                           | with a slash before it                                 |
/// | `Driver`                         | whose the container is; absent only with aufs          |
/// | `Image`                          | the image that it was made from                        |
/// | `ImageManifest`: `digest`        | the manifest that it runs, in containerd's store       |
/// | `MountPoints`: `ID` of each      | the snapshot that it shows, if that is an image's      |
/// | `State`: `Dead`, `RemovalInProgress` | whether it is being removed                        |
///
/// Docker decodes the first JSON value and passes over what follows it.
///
/// Source: moby, `daemon/container/container.go` (FromDisk), `daemon/container.go` (load).
///
/// @param mounts the snapshots of images that it mounts
record ContainerConfig(
    String driver,
    String name,
    String image,
    Optional<Digest> manifest,
    Set<String> mounts,
    boolean removing) {

  /// @param id the name of the directory
  /// @throws IllegalArgumentException if Docker does not load it
  /// @throws BeyondLimitException if it is too large to tell
  static ContainerConfig parse(byte[] content, String id) throws BeyondLimitException {
    return Json.readFirst(
        content,
        value -> {
          var draft = new Draft(id);
          value.object("the configuration", draft::take);
          return draft.toConfig(id);
        });
  }

  private static final class Draft {
    private String id;
    private String driver = "";
    private String containerName = "";
    private String image = "";
    private Optional<Digest> manifest = Optional.empty();
    private final Set<String> mounts = new HashSet<>();
    private boolean dead;
    private boolean removing;

    Draft(String id) {
      this.id = id;
    }

    void take(String name, Json.Value value) throws IOException {
      switch (Json.fold(name)) {
        case "id" -> id = value.text("ID").orElse(id);
        case "driver" -> driver = value.text("Driver").orElse(driver);
        case "name" -> containerName = value.text("Name").orElse(containerName);
        case "image" -> image = value.text("Image").orElse(image);
        case "imagemanifest" -> value.object("ImageManifest", this::takeManifest);
        case "mountpoints" ->
            value.object("MountPoints", (_, mount) -> mount.object("MountPoints", this::takeMount));
        case "state" -> value.object("State", this::takeState);
        default -> {}
      }
    }

    private void takeManifest(String name, Json.Value value) throws IOException {
      if (Json.fold(name).equals("digest")) {
        manifest = value.text("ImageManifest.digest").flatMap(Draft::digest);
      }
    }

    private void takeMount(String name, Json.Value value) throws IOException {
      if (Json.fold(name).equals("id")) {
        value.text("MountPoints.ID").filter(text -> !text.isEmpty()).ifPresent(mounts::add);
      }
    }

    /// Docker does not check it when it loads a container.
    private static Optional<Digest> digest(String text) {
      try {
        return Optional.of(Digest.parse(text));
      } catch (IllegalArgumentException malformed) {
        return Optional.empty();
      }
    }

    private void takeState(String name, Json.Value value) {
      switch (Json.fold(name)) {
        case "dead" -> dead = value.flag("State.Dead").orElse(dead);
        case "removalinprogress" ->
            removing = value.flag("State.RemovalInProgress").orElse(removing);
        default -> {}
      }
    }

    private static String withoutSlash(String name) {
      return name.startsWith("/") ? name.substring(1) : name;
    }

    ContainerConfig toConfig(String expectedId) {
      if (!id.equals(expectedId)) {
        throw new IllegalArgumentException("ID: expected the directory's");
      }
      return new ContainerConfig(
          driver,
          withoutSlash(containerName),
          image,
          manifest,
          Set.copyOf(mounts),
          dead || removing);
    }
  }
}
