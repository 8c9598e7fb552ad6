package io.github.dockerimageexporter.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Extended attributes of files.
///
/// The kernel hides those of the `trusted` name space from a process without CAP_SYS_ADMIN in the
/// first user name space, and says that they are not there.
public final class Attributes {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path USERS = Path.of("/proc/self/uid_map");
  private static final Pattern EFFECTIVE = Pattern.compile("(?m)^CapEff:\\s*([0-9a-f]{16})$");
  private static final Pattern ALL_USERS = Pattern.compile("\\s*0\\s+0\\s+4294967295\\s*");
  private static final int CAP_SYS_ADMIN = 21;

  private Attributes() {}

  /// Whether this process sees the numbers of users and groups as they are on the disk.
  public static boolean canSeeOwners() {
    try {
      return ALL_USERS.matcher(Files.readString(USERS)).matches();
    } catch (IOException unknown) {
      return false;
    }
  }

  /// Whether this process is shown the `trusted` name space.
  public static boolean canSeeTrusted() {
    try {
      Matcher effective = EFFECTIVE.matcher(Files.readString(STATUS));
      return effective.find()
          && (HexFormat.fromHexDigitsToLong(effective.group(1)) >> CAP_SYS_ADMIN & 1) == 1
          && canSeeOwners();
    } catch (IOException unknown) {
      return false;
    }
  }
}
