package io.github.dockerimageexporter.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a systemd unit hides from its processes, as the mounts of this one say.
///
/// | mount                                                     | setting             |
/// |-----------------------------------------------------------|---------------------|
/// | of `…/systemd/inaccessible/dir`, on a directory of homes   | `ProtectHome`       |
/// | the same, anywhere else                                    | `InaccessiblePaths` |
/// | a read-only tmpfs on a directory of homes, within a unit    | `ProtectHome`       |
/// | of `…/systemd-private-…`                                  | `PrivateTmp`        |
///
/// Source: systemd, `src/core/namespace.c`; proc_pid_mountinfo(5).
///
/// @param mounts in the order in which they were made
/// @param isUnit whether systemd has started this process
record UnitSandbox(List<Mount> mounts, boolean isUnit) {
  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final List<String> HOMES = List.of("/home", "/root", "/run/user");
  private static final Pattern ESCAPE = Pattern.compile("\\\\([0-7]{3})");

  /// Paths are texts: some are not expressible in every locale.
  ///
  /// @param source what of its file system is mounted
  /// @param type of the file system
  record Mount(String source, String point, boolean isReadOnly, String type) {

    /// @param line of mountinfo: `36 35 98:0 /source /point ro,noatime master:1 - ext4 /dev/sda ro`
    static Mount parse(String line) {
      String[] sides = line.split(" - ", 2);
      String[] fields = sides[0].split(" ", -1);
      return new Mount(
          fields[3],
          unescape(fields[4]),
          List.of(fields[5].split(",", -1)).contains("ro"),
          sides[1].split(" ", 2)[0]);
    }

    boolean isAbove(String path) {
      return point.equals("/") || path.equals(point) || path.startsWith(point + "/");
    }

    private static String unescape(String text) {
      return ESCAPE
          .matcher(text)
          .replaceAll(code -> String.valueOf((char) Integer.parseInt(code.group(1), 8)));
    }
  }

  static UnitSandbox ofThisProcess() {
    boolean isUnit = System.getenv("INVOCATION_ID") != null;
    try {
      return parse(new String(Files.readAllBytes(MOUNTS), StandardCharsets.UTF_8), isUnit);
    } catch (IOException withoutProc) {
      return new UnitSandbox(List.of(), isUnit);
    }
  }

  /// @param mountinfo the content of `/proc/self/mountinfo`
  static UnitSandbox parse(String mountinfo, boolean isUnit) {
    return new UnitSandbox(mountinfo.lines().map(Mount::parse).toList(), isUnit);
  }

  /// The setting by which `path` is not what it is outside of the unit.
  Optional<String> settingThatHides(Path path) {
    // Of two mounts on one directory, the later one is seen.
    return mounts.reversed().stream()
        .filter(mount -> mount.isAbove(path.toString()))
        .max(Comparator.comparingInt(mount -> mount.point.length()))
        .flatMap(this::setting);
  }

  private Optional<String> setting(Mount mount) {
    boolean ofHomes = HOMES.contains(mount.point);
    if (mount.source.endsWith("/systemd/inaccessible/dir")) {
      return Optional.of(ofHomes ? "ProtectHome" : "InaccessiblePaths");
    }
    if (mount.source.contains("/systemd-private-")) {
      return Optional.of("PrivateTmp");
    }
    return isUnit && ofHomes && mount.isReadOnly && mount.type.equals("tmpfs")
        ? Optional.of("ProtectHome")
        : Optional.empty();
  }
}
