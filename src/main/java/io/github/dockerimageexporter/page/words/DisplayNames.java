package io.github.dockerimageexporter.page.words;

import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.snapshot.BlobOwner;
import io.github.dockerimageexporter.snapshot.StoreDirectory.Owner;
import java.util.regex.Pattern;

/// What the page calls things.
public final class DisplayNames {
  private static final Pattern ID = Pattern.compile("\\bid\\b");

  private DisplayNames() {}

  /// The kind's label as words: `chain_id_mismatch` is "chain ID mismatch".
  public static String of(Kind kind) {
    return ID.matcher(kind.label().replace('_', ' ')).replaceAll("ID");
  }

  public static String of(Impact impact) {
    return impact.label().replace('_', ' ');
  }

  public static String meaning(Impact impact) {
    return switch (impact) {
      case UNUSABLE ->
          "Run, pull, start or the daemon's start fails, or Docker silently drops the object.";
      case WRONG_DATA -> "It works, but with content or sizes other than recorded.";
      case WASTE -> "It only takes up disk space.";
    };
  }

  public static String of(Owner owner) {
    return switch (owner) {
      case LAYER -> "Layers of images";
      case MOUNT, CONTAINER -> "Containers";
      case BUILD_CACHE -> "Build cache";
      case LEASE -> "Work in progress";
      case REMOVING -> "Being created or removed";
      case ORPHAN -> "Orphans";
      case OTHER_NAMESPACE -> "Other containerd namespaces";
      case OTHER -> "The driver itself";
    };
  }

  public static String of(BlobOwner owner) {
    return switch (owner) {
      case IMAGE -> "Images";
      case BUILD_CACHE -> "Build cache";
      case LEASE -> "Work in progress";
      case DOWNLOAD -> "Downloads, and the store's own directories";
      case REMOVING -> "Being removed";
      case ORPHAN -> "Orphans";
      case OTHER_NAMESPACE -> "Other containerd namespaces";
    };
  }

  public static String capital(String words) {
    return Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }
}
