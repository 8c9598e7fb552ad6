package io.github.dockerimageexporter.web.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Map;

/// Reads the private key that belongs to a certificate.
///
/// | PEM block         | holds                 | as openssl writes it with       |
/// |-------------------|-----------------------|---------------------------------|
/// | `PRIVATE KEY`     | PKCS#8, any algorithm | `genpkey`, `req -newkey`        |
/// | `RSA PRIVATE KEY` | PKCS#1                | `genrsa -traditional`           |
/// | `EC PRIVATE KEY`  | SEC1                  | `ecparam -genkey`               |
///
/// The JDK reads PKCS#8 only. That is a wrap of the other two: a version, the algorithm, which the
/// certificate's public key names in the same form, and the key.
///
/// Source: RFC 5208, 5915 and 8017.
final class PrivateKeys {
  private static final byte SEQUENCE = 0x30;
  private static final byte OCTET_STRING = 0x04;
  private static final byte[] VERSION = {0x02, 0x01, 0x00};

  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  private PrivateKeys() {}

  /// Reads the key that `publicKey` belongs to.
  ///
  /// @throws IOException naming the source, if it has no private key or not that of `publicKey`
  static PrivateKey read(PemSource source, PublicKey publicKey) throws IOException {
    Pem.Block block = block(Pem.read(source));
    try {
      byte[] encoded =
          block.type().equals("PRIVATE KEY") ? block.bytes() : wrap(block.bytes(), publicKey);
      PrivateKey key =
          KeyFactory.getInstance(publicKey.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
      if (!isPair(key, publicKey)) {
        throw new IOException(source.name() + ": does not match the certificate");
      }
      return key;
    } catch (GeneralSecurityException | IllegalArgumentException rejected) {
      throw new IOException(
          "%s: does not match the certificate, or is malformed; expected a key of %s"
              .formatted(source.name(), publicKey.getAlgorithm()),
          rejected);
    }
  }

  private static Pem.Block block(Pem pem) throws IOException {
    Pem.Block block =
        pem.blocks().stream()
            .filter(it -> it.type().endsWith("PRIVATE KEY"))
            .findFirst()
            .orElseThrow(
                () -> new IOException(pem.name() + ": expected a private key in PEM, found none"));
    if (block.isEncrypted()) {
      throw new IOException(pem.name() + ": expected a private key without a passphrase");
    }
    return block;
  }

  /// Whether what one signs, the other verifies.
  private static boolean isPair(PrivateKey key, PublicKey publicKey)
      throws GeneralSecurityException {
    String algorithm = SIGNATURES.get(publicKey.getAlgorithm());
    if (algorithm == null) {
      throw new IllegalArgumentException("no key for a server");
    }
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(VERSION);
    byte[] signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(VERSION);
    return signature.verify(signed);
  }

  private static byte[] wrap(byte[] key, PublicKey publicKey) {
    return der(SEQUENCE, VERSION, algorithm(publicKey.getEncoded()), der(OCTET_STRING, key));
  }

  /// The first element of a SubjectPublicKeyInfo, as it stands.
  private static byte[] algorithm(byte[] publicKeyInfo) {
    ByteBuffer in = ByteBuffer.wrap(publicKeyInfo);
    enter(in);
    int start = in.position();
    int length = enter(in);
    byte[] element = new byte[in.position() - start + length];
    in.get(start, element);
    return element;
  }

  /// Reads tag and length of an element, and returns the length.
  private static int enter(ByteBuffer in) {
    in.get();
    int length = Byte.toUnsignedInt(in.get());
    if (length < 0x80) {
      return length;
    }
    int value = 0;
    for (int i = 0; i < length - 0x80; i++) {
      value = (value << 8) | Byte.toUnsignedInt(in.get());
    }
    return value;
  }

  /// An element with a length of two bytes, whatever its size: enough for a key of 64 KiB.
  private static byte[] der(byte tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    var out = ByteBuffer.allocate(4 + length);
    out.put(tag).put((byte) 0x82).putShort((short) length);
    for (byte[] part : parts) {
      out.put(part);
    }
    return out.array();
  }
}
