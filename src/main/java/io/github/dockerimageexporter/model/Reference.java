package io.github.dockerimageexporter.model;

import java.util.Optional;

/// A name of an image, in Docker's familiar form, with the image it stands for.
///
/// | name                     | repository           | tag | digest     |
/// |--------------------------|----------------------|-----|------------|
/// | `app:1`                  | `app`                | `1` |            |
/// | `localhost:5000/app:1`   | `localhost:5000/app` | `1` |            |
/// | `app@sha256:…`           | `app`                |     | `sha256:…` |
///
/// @param target the image as written; Docker does not check that it is a digest
/// Source: moby, `daemon/internal/refstore/store.go`; distribution, `reference`.
public record Reference(String name, String target) implements Comparable<Reference> {
  /// A repository of 255 characters, a colon, and a tag of 128; a digest is shorter.
  public static final int MAX_NAME_LENGTH = 384;

  private static final String HUB = "docker.io/";

  public String repository() {
    return name.substring(0, end());
  }

  /// With its registry, as containerd wants it: `docker.io/library/app` for `app`.
  public String canonicalRepository() {
    String repository = repository();
    int slash = repository.indexOf('/');
    if (slash < 0) {
      return HUB + "library/" + repository;
    }
    String first = repository.substring(0, slash);
    return first.contains(".") || first.contains(":") || first.equals("localhost")
        ? repository
        : HUB + repository;
  }

  public String tag() {
    return isDigest() || end() == name.length() ? "" : name.substring(end() + 1);
  }

  public String digest() {
    return isDigest() ? name.substring(end() + 1) : "";
  }

  /// The image it stands for; empty if the target is no digest.
  public Optional<ImageId> imageId() {
    try {
      return Optional.of(ImageId.parse(target));
    } catch (IllegalArgumentException notADigest) {
      return Optional.empty();
    }
  }

  @Override
  public int compareTo(Reference other) {
    int order = name.compareTo(other.name);
    return order != 0 ? order : target.compareTo(other.target);
  }

  private boolean isDigest() {
    return name.indexOf('@') >= 0;
  }

  /// Where the repository ends: at the `@`, or else at the colon behind the last slash.
  private int end() {
    if (isDigest()) {
      return name.indexOf('@');
    }
    int colon = name.lastIndexOf(':');
    return colon > name.lastIndexOf('/') ? colon : name.length();
  }
}
