package io.github.dockerimageexporter.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A writable layer, or another mount of a chain, as `layerdb/mounts/<name>` records it.
///
/// @param name the container ID, or a builder's own name
/// @param mountId the driver's directory that takes the writes
/// @param initId the driver's directory between it and the image; containers have one
/// @param parent the image's top chain; empty for `FROM scratch`
public record RwLayer(
    String name, CacheId mountId, Optional<CacheId> initId, Optional<ChainId> parent) {
  private static final Pattern IN_CONTAINER = Pattern.compile("([0-9a-f]{64})-.+");

  /// The container that it is a mount of: its own, or that of an image mounted in it.
  public Optional<String> container() {
    return initId.isPresent() ? Optional.of(name) : containerOf(name);
  }

  /// The container in which an image is mounted that has a mount `name`.
  public static Optional<String> containerOf(String name) {
    Matcher form = IN_CONTAINER.matcher(name);
    return form.matches() ? Optional.of(form.group(1)) : Optional.empty();
  }
}
