package io.github.dockerimageexporter.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What pom.xml says of the release that is built.
public final class ProjectVersion {
  private ProjectVersion() {}

  /// The version: `1.2.3`.
  public static String name() throws IOException {
    return inPom("(?m)^  <version>(.*)</version>$");
  }

  /// The day that all files are dated: `2026-11-30`.
  static String day() throws IOException {
    return inPom("<project.build.outputTimestamp>(.{10})T00:00:00Z<");
  }

  private static String inPom(String pattern) throws IOException {
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(Path.of("pom.xml")));
    if (!matcher.find()) {
      throw new IOException("pom.xml: expected " + pattern);
    }
    return matcher.group(1);
  }
}
