package io.github.dockerimageexporter.release;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// Which release of the C library the programs of a distribution need: the newest of those that
/// their symbols name.
record GlibcVersion(int minor) {
  private static final Pattern SYMBOL = Pattern.compile("GLIBC_2\\.([0-9]{1,3})(?![0-9])");
  private static final String ELF = "\u007fELF";

  /// @param home with the programs and libraries, those in jars included
  static GlibcVersion neededBy(Path home) throws IOException {
    var minors = new ArrayList<Integer>();
    List<Path> files;
    try (Stream<Path> all = Files.walk(home)) {
      files = all.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      try (InputStream content = Files.newInputStream(file)) {
        if (file.toString().endsWith(".jar")) {
          addLibraries(new ZipInputStream(content), minors);
        } else {
          add(content, minors);
        }
      }
    }
    return new GlibcVersion(Collections.max(minors));
  }

  private static void addLibraries(ZipInputStream jar, List<Integer> minors) throws IOException {
    for (ZipEntry entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
      add(jar, minors);
    }
  }

  private static void add(InputStream content, List<Integer> minors) throws IOException {
    byte[] start = content.readNBytes(ELF.length());
    if (new String(start, StandardCharsets.ISO_8859_1).equals(ELF)) {
      SYMBOL
          .matcher(new String(content.readAllBytes(), StandardCharsets.ISO_8859_1))
          .results()
          .mapToInt(symbol -> Integer.parseInt(symbol.group(1)))
          .forEach(minors::add);
    }
  }

  @Override
  public String toString() {
    return "2." + minor;
  }
}
