package io.github.dockerimageexporter.scrub.tar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Names of files as texts of one character a byte, since a name need not be UTF-8.
///
/// A *clean* path has names alone, joined by `/`: none is empty, `.` or `..`, so that it never
/// leads out of where it starts. The root itself is the empty text.
public final class TarPath {
  /// How many bytes a path of a layer can have at most: the kernel takes no more.
  static final int MAX_LENGTH = 4096;

  private TarPath() {}

  /// The text of the bytes of a name.
  public static String of(byte[] bytes, int offset, int length) {
    return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
  }

  /// Refuses a name that no file can have.
  static void requireLength(int length) throws MalformedTarException {
    if (length > MAX_LENGTH) {
      throw new MalformedTarException("name of more than " + MAX_LENGTH + " bytes");
    }
  }

  /// The text of a name that is UTF-8.
  public static String of(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return of(bytes, 0, bytes.length);
  }

  /// A name for a person, not yet fit for a terminal.
  public static String decoded(String path) {
    return new String(path.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /// Where `path` leads below a root that it cannot leave.
  ///
  /// Source: Go, `path/filepath` (Join, Clean), as tar-split's `storage.fileGetter` uses it.
  public static String clean(String written) {
    String path = written.startsWith("./") ? written.substring(2) : written;
    if (isClean(path)) {
      return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
    Deque<String> names = new ArrayDeque<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    return String.join("/", names);
  }

  /// Whether each name is one that leads down, but for a slash at the end.
  private static boolean isClean(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.ISO_8859_1);
    int start = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '/') {
        if (!leadsDown(bytes, start, i)) {
          return false;
        }
        start = i + 1;
      }
    }
    return bytes.length > 0 && (start == bytes.length || leadsDown(bytes, start, bytes.length));
  }

  private static boolean leadsDown(byte[] path, int start, int end) {
    return switch (end - start) {
      case 0 -> false;
      case 1 -> path[start] != '.';
      case 2 -> path[start] != '.' || path[start + 1] != '.';
      default -> true;
    };
  }

  /// The path of the directory that a clean path is in; of the root, the root.
  public static String parent(String clean) {
    int slash = clean.lastIndexOf('/');
    return slash < 0 ? "" : clean.substring(0, slash);
  }

  /// All that a clean path leads through, the root first, and itself at the end.
  public static List<String> way(String clean) {
    var way = new ArrayList<String>();
    way.add("");
    for (int slash = clean.indexOf('/'); slash >= 0; slash = clean.indexOf('/', slash + 1)) {
      way.add(clean.substring(0, slash));
    }
    if (!clean.isEmpty()) {
      way.add(clean);
    }
    return way;
  }

  /// The last name of a clean path.
  public static String name(String clean) {
    return clean.substring(clean.lastIndexOf('/') + 1);
  }

  /// The clean path of `name` in the directory with the clean path `parent`.
  public static String child(String parent, String name) {
    return parent.isEmpty() ? name : parent + "/" + name;
  }
}
