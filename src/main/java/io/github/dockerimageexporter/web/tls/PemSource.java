package io.github.dockerimageexporter.web.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Where PEM text comes from.
public sealed interface PemSource {
  /// More than a bundle of all public certificate authorities has.
  int MAX_BYTES = 1 << 20;

  /// What a message calls it.
  String name();

  /// The text.
  ///
  /// @throws IOException naming the source, if it cannot be read
  String read() throws IOException;

  Optional<Path> file();

  /// A file that the configuration names.
  record InFile(Path path) implements PemSource {
    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public String read() throws IOException {
      return readFile(path);
    }

    @Override
    public Optional<Path> file() {
      return Optional.of(path);
    }
  }

  /// Text in the configuration itself.
  record Inline(String key, String text) implements PemSource {
    @Override
    public String name() {
      return key;
    }

    @Override
    public String read() {
      return text;
    }

    @Override
    public Optional<Path> file() {
      return Optional.empty();
    }
  }

  /// Reads a small file of text.
  static String readFile(Path path) throws IOException {
    byte[] bytes = readBytes(path);
    if (bytes.length > MAX_BYTES) {
      throw new IOException(path + ": expected at most " + MAX_BYTES + " bytes, found more");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] readBytes(Path path) throws IOException {
    try (var in = Files.newInputStream(path)) {
      return in.readNBytes(MAX_BYTES + 1);
    } catch (NoSuchFileException absent) {
      throw new IOException(path + ": no such file", absent);
    } catch (AccessDeniedException denied) {
      throw new IOException(path + ": permission denied", denied);
    } catch (IOException unreadable) {
      throw new IOException(path + ": cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }
}
