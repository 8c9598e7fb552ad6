package io.github.dockerimageexporter.web.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.web.access.RefusalLog;
import io.github.dockerimageexporter.web.tls.Certificates.KeyType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Requires(Requirement.OPENSSL)
class ServerTlsTest {
  @TempDir private Path directory;
  private Certificates certificates;

  @BeforeEach
  void makeAuthority() throws IOException, InterruptedException {
    certificates = new Certificates(directory);
  }

  @ParameterizedTest
  @EnumSource
  void keyInPkcs8IsRead(KeyType key) throws IOException, InterruptedException {
    certificates.sign("server", key, "DNS:server");

    assertThat(load("server", "server").certificate().getSubjectX500Principal().getName())
        .isEqualTo("CN=server");
  }

  @ParameterizedTest
  @CsvSource({"RSA, rsa, BEGIN RSA PRIVATE KEY", "EC, ec, BEGIN EC PRIVATE KEY"})
  void keyInItsTraditionalFormIsRead(KeyType key, String command, String heading)
      throws IOException, InterruptedException {
    certificates.sign("server", key, "DNS:server");
    String pkcs8 = certificates.key("server").toString();
    String traditional = certificates.key("traditional").toString();
    var openssl = List.of("openssl", command, "-in", pkcs8, "-out", traditional);
    Program.of(openssl.toArray(String[]::new)).run();
    if (key == KeyType.RSA) {
      Program.of("openssl", "rsa", "-traditional", "-in", pkcs8, "-out", traditional).run();
    }

    assertThat(certificates.key("traditional")).content().contains(heading);
    assertThat(load("server", "traditional").certificate().getSubjectX500Principal().getName())
        .isEqualTo("CN=server");
  }

  @ParameterizedTest
  @EnumSource
  void keyOfAnotherCertificateIsRefused(KeyType key) throws IOException, InterruptedException {
    certificates.sign("server", KeyType.EC, "DNS:server");
    certificates.sign("other", key, "DNS:other");

    assertThatThrownBy(() -> load("server", "other"))
        .isInstanceOf(IOException.class)
        .message()
        .startsWith(certificates.key("other") + ": does not match the certificate");
  }

  @Test
  void keyWithAPassphraseIsRefused() throws IOException, InterruptedException {
    certificates.sign("server", KeyType.EC, "DNS:server");
    Program.of(
            "openssl",
            "pkcs8",
            "-topk8",
            "-in",
            certificates.key("server").toString(),
            "-passout",
            "pass:secret",
            "-out",
            certificates.key("locked").toString())
        .run();

    assertThatThrownBy(() -> load("server", "locked"))
        .hasMessage(certificates.key("locked") + ": expected a private key without a passphrase");
  }

  @Test
  void certificateAndKeyTheOtherWayRoundAreRefused() throws IOException, InterruptedException {
    certificates.sign("server", KeyType.EC, "DNS:server");
    var turned = settings(certificates.key("server"), certificates.certificate("server"));

    assertThatThrownBy(() -> ServerTls.load(turned, new RefusalLog()))
        .hasMessage(certificates.key("server") + ": expected a certificate in PEM, found none");
  }

  private ServerTls load(String certificate, String key) throws IOException {
    return ServerTls.load(
        settings(certificates.certificate(certificate), certificates.key(key)), new RefusalLog());
  }

  private static TlsSettings settings(Path certificate, Path key) {
    return new TlsSettings(
        new PemSource.InFile(certificate),
        new PemSource.InFile(key),
        ClientAuth.NO_CLIENT_CERT,
        Optional.empty(),
        List.of(),
        List.of("TLSv1.2", "TLSv1.3"),
        List.of(),
        true,
        List.of());
  }
}
