package io.github.dockerimageexporter.exporter.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The name of the host as the kernel knows it: no name service is asked.
final class HostName {
  private static final Path FILE = Path.of("/proc/sys/kernel/hostname");

  private HostName() {}

  /// Nothing if it cannot be read.
  static String read() {
    try {
      return Files.readString(FILE).strip();
    } catch (IOException unknown) {
      return "";
    }
  }
}
