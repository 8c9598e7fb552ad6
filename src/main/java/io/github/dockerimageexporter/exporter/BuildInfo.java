package io.github.dockerimageexporter.exporter;

/// Which build of the exporter runs.
///
/// @param revision the commit it was built from
public record BuildInfo(String version, String revision) {

  /// The version of the Java runtime that runs it.
  public String javaVersion() {
    return Runtime.version().toString();
  }
}
