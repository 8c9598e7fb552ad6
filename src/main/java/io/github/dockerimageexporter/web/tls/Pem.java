package io.github.dockerimageexporter.web.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// PEM text: blocks of base64 between lines that say what they are.
///
/// Source: RFC 7468.
record Pem(String name, List<Block> blocks) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----([^-]*)-----END \\1-----");

  /// What stands between one pair of lines.
  record Block(String type, String body) {
    boolean isEncrypted() {
      return type.startsWith("ENCRYPTED") || body.contains("ENCRYPTED");
    }

    byte[] bytes() {
      return Base64.getMimeDecoder().decode(body);
    }
  }

  static Pem read(PemSource source) throws IOException {
    Matcher block = BLOCK.matcher(source.read());
    var blocks = new ArrayList<Block>();
    while (block.find()) {
      blocks.add(new Block(block.group(1), block.group(2)));
    }
    return new Pem(source.name(), blocks);
  }

  /// Its certificates, in order.
  ///
  /// @throws IOException naming the source, if there is none or one is malformed
  List<X509Certificate> certificates() throws IOException {
    var certificates = new ArrayList<X509Certificate>();
    for (Block block : blocks) {
      if (block.type().equals("CERTIFICATE")) {
        certificates.add(certificate(block));
      }
    }
    if (certificates.isEmpty()) {
      throw new IOException(name + ": expected a certificate in PEM, found none");
    }
    return certificates;
  }

  private X509Certificate certificate(Block block) throws IOException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(block.bytes()));
    } catch (CertificateException | IllegalArgumentException malformed) {
      throw new IOException(name + ": malformed certificate: " + malformed.getMessage(), malformed);
    }
  }
}
