package io.github.dockerimageexporter.repair;

import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.model.Platform;
import io.github.dockerimageexporter.repair.plan.SafeNames;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The command that fetches what of a platform is not here.
///
/// By digest, since a tag may stand for another image by now; for the platform alone; through the
/// containerd that dockerd starts itself where its root is in the data root.
///
/// Source: containerd, `cmd/ctr/commands/content/fetch.go`; moby, `daemon/config/config_linux.go`.
public final class ContentFetch {
  /// The socket of a containerd that dockerd starts, unless it was given another `--exec-root`.
  private static final String OWN_ADDRESS = "/run/docker/containerd/containerd.sock";

  private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*");
  private static final Pattern PLATFORM = Pattern.compile("[a-z0-9][a-z0-9_.]*");

  private ContentFetch() {}

  /// The command, to be run by root; empty if nothing is to be fetched, or if no name of the image
  /// may stand in a command.
  public static Optional<String> command(StoreSnapshot store, Image image, ImageManifest manifest) {
    if (manifest.unfetchedLayers().isEmpty()) {
      return Optional.empty();
    }
    Optional<String> namespace =
        store.containerdNamespace().filter(name -> NAMESPACE.matcher(name).matches());
    Optional<String> platform = platform(manifest.platform());
    Optional<String> name =
        store.references().stream()
            .filter(reference -> reference.target().equals(image.id().toString()))
            .filter(SafeNames::isReference)
            .map(reference -> reference.canonicalRepository() + "@" + image.id())
            .findFirst();
    return namespace.isPresent() && platform.isPresent() && name.isPresent()
        ? Optional.of(
            "ctr %s--namespace %s content fetch --platform %s %s"
                .formatted(address(store), namespace.get(), platform.get(), name.get()))
        : Optional.empty();
  }

  private static String address(StoreSnapshot store) {
    boolean own = !store.paths().directories().startsWith("/");
    return own ? "--address " + OWN_ADDRESS + " " : "";
  }

  private static Optional<String> platform(Platform platform) {
    return Stream.of(platform.os(), platform.architecture(), platform.variant())
            .filter(part -> !part.isEmpty())
            .allMatch(part -> PLATFORM.matcher(part).matches())
        ? Optional.of(
            Stream.of(platform.os(), platform.architecture(), platform.variant())
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining("/")))
        : Optional.empty();
  }
}
