package io.github.dockerimageexporter.repair.plan;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.model.Reference;
import java.util.regex.Pattern;

/// Which names of the store may stand in a command. The store is whatever was written there, and
/// the commands are run by root.
///
/// Source: distribution, `reference` (grammar); moby, `daemon/internal/stringid`; containerd,
/// `pkg/identifiers`.
public final class SafeNames {
  /// The longest name (255), its tag (128), and a digest.
  private static final int MAX_REFERENCE = 512;

  private static final String HOST =
      "(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
          + "|\\[[a-fA-F0-9:]+\\])(?::[0-9]{1,5})?";
  private static final String PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
  private static final Pattern REPOSITORY =
      Pattern.compile("(?:" + HOST + "/)?" + PART + "(?:/" + PART + ")*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Pattern DIGEST = Pattern.compile("sha256:[a-f0-9]{64}");

  private static final Pattern IDENTIFIER =
      Pattern.compile("(?=.{1,76}$)[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*");

  private SafeNames() {}

  /// Whether Docker's commands take the reference as it is, with a tag or a digest.
  public static boolean isReference(Reference reference) {
    if (reference.name().length() > MAX_REFERENCE
        || !REPOSITORY.matcher(reference.repository()).matches()) {
      return false;
    }
    return reference.digest().isEmpty()
        ? TAG.matcher(reference.tag()).matches()
        : DIGEST.matcher(reference.digest()).matches();
  }

  /// Whether the name is one that Docker gives to a directory of the driver.
  public static boolean isDirectory(CacheId id) {
    return CacheId.isGenerated(id.value());
  }

  public static boolean isContainerId(String name) {
    return Digest.isHex(name);
  }

  public static boolean isDigest(String name) {
    return DIGEST.matcher(name).matches();
  }

  /// Whether the name is one that containerd takes for a namespace or a plugin.
  public static boolean isIdentifier(String name) {
    return IDENTIFIER.matcher(name).matches();
  }

  /// Whether a path may stand in quotes: what a terminal or a reader could take for something else
  /// may not.
  public static boolean isPrintable(String path) {
    return Quote.sentence(path).equals(path);
  }
}
