package io.github.dockerimageexporter.web.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// Certificate authorities in PEM, and who verifies by them.
public final class TrustedAuthorities {
  private TrustedAuthorities() {}

  /// A client's TLS that trusts the certificates in `file` and no others.
  ///
  /// @throws IOException in one line, if the file holds none
  public static SSLContext of(Path file) throws IOException {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(null, trustManagers(new PemSource.InFile(file)), null);
      return context;
    } catch (GeneralSecurityException rejected) {
      throw new IOException(file + ": not usable: " + rejected.getMessage(), rejected);
    }
  }

  static TrustManager[] trustManagers(PemSource source)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (X509Certificate authority : Pem.read(source).certificates()) {
      store.setCertificateEntry(Integer.toString(store.size()), authority);
    }
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return factory.getTrustManagers();
  }
}
