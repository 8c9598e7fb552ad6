package io.github.dockerimageexporter.web.tls;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A certificate authority of openssl's in a directory, and what it signs: `<name>.crt` and
/// `<name>.key`.
public final class Certificates {
  /// Which key a certificate is for.
  public enum KeyType {
    RSA("-newkey rsa:2048"),
    EC("-newkey ec -pkeyopt ec_paramgen_curve:P-256"),
    ED25519("-newkey ed25519");

    private final String arguments;

    KeyType(String arguments) {
      this.arguments = arguments;
    }

    List<String> arguments() {
      return List.of(arguments.split(" ", -1));
    }
  }

  private final Path directory;

  /// Makes the authority: `ca.crt` and `ca.key`.
  public Certificates(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    selfSigned("ca", "/CN=test authority");
  }

  /// A certificate that vouches for itself.
  public void selfSigned(String name, String subject) throws IOException, InterruptedException {
    openssl(
        KeyType.EC.arguments(),
        "req",
        "-x509",
        "-nodes",
        "-days",
        "30",
        "-subj",
        subject,
        "-keyout",
        file(name + ".key"),
        "-out",
        file(name + ".crt"));
  }

  /// A certificate that is good now.
  public void sign(String name, KeyType key, String names)
      throws IOException, InterruptedException {
    sign(name, key, names, "-days", "30");
  }

  /// A certificate that was good once.
  public void signExpired(String name) throws IOException, InterruptedException {
    // A negative number of days is openssl's way of an end in the past.
    sign(name, KeyType.EC, "DNS:" + name, "-days", "-1");
  }

  public Path certificate(String name) {
    return directory.resolve(name + ".crt");
  }

  public Path key(String name) {
    return directory.resolve(name + ".key");
  }

  private void sign(String name, KeyType key, String names, String... validity)
      throws IOException, InterruptedException {
    openssl(
        key.arguments(),
        "req",
        "-nodes",
        "-subj",
        "/CN=" + name,
        "-keyout",
        file(name + ".key"),
        "-out",
        file(name + ".csr"));
    Path extensions = directory.resolve(name + ".ext");
    Files.writeString(extensions, "subjectAltName=" + names + "\n");
    openssl(
        List.of(validity),
        "x509",
        "-req",
        "-in",
        file(name + ".csr"),
        "-CA",
        file("ca.crt"),
        "-CAkey",
        file("ca.key"),
        "-set_serial",
        "1",
        "-extfile",
        extensions.toString(),
        "-out",
        file(name + ".crt"));
  }

  private String file(String name) {
    return directory.resolve(name).toString();
  }

  private static void openssl(List<String> last, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add("openssl");
    command.addAll(List.of(arguments));
    command.addAll(last);
    Program.of(command.toArray(String[]::new)).run();
  }
}
