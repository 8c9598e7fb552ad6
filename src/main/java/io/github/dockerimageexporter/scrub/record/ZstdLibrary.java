package io.github.dockerimageexporter.scrub.record;

import com.github.luben.zstd.util.ZstdVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// The native library of zstd-jni, which unpacks it to a temporary directory if nobody says where
/// it is: to one that need not be writable, or allow programs. The distribution has it next to the
/// jar.
final class ZstdLibrary {
  private static final String LOCATION = "ZstdNativePath";

  private ZstdLibrary() {}

  /// Says where it is, if that is known.
  static void locate() {
    Path file = beside(Path.of(System.getProperty("java.class.path", "")));
    if (System.getProperty(LOCATION) == null && Files.isRegularFile(file)) {
      System.setProperty(LOCATION, file.toString());
    }
  }

  /// Where it is in the distribution that has `jar`, the only entry of the class path.
  private static Path beside(Path jar) {
    String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return jar.toAbsolutePath()
        .resolveSibling("linux")
        .resolve(architecture)
        .resolve("libzstd-jni-" + ZstdVersion.VERSION + ".so");
  }
}
