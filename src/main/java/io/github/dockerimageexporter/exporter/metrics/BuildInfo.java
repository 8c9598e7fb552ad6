package io.github.dockerimageexporter.exporter.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/// Which build of the exporter runs.
///
/// @param revision the commit it was built from
public record BuildInfo(String version, String revision) {
  private static final String FILE = "build.properties";

  /// What the build noted of itself.
  public static BuildInfo read() {
    try (InputStream file = Objects.requireNonNull(BuildInfo.class.getResourceAsStream(FILE))) {
      var properties = new Properties();
      properties.load(file);
      return new BuildInfo(
          properties.getProperty("version", ""), properties.getProperty("revision", ""));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(FILE + " in the program's own archive", unreadable);
    }
  }

  /// The version of the Java runtime that runs it.
  public String javaVersion() {
    return Runtime.version().toString();
  }
}
