package io.github.dockerimageexporter.web.tls;

import io.github.dockerimageexporter.web.access.RefusalLog;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// [TlsSettings] put into practice: the server's side of TLS, with all files read.
///
/// @param certificate the server's own
public record ServerTls(SSLContext context, SSLParameters parameters, X509Certificate certificate) {
  private static final char[] NO_PASSWORD = {};

  /// Reads all files that `settings` names.
  ///
  /// @throws IOException in one line that names the file, if one does not hold what it should
  public static ServerTls load(TlsSettings settings, RefusalLog refusals) throws IOException {
    List<X509Certificate> chain = Pem.read(settings.certificate()).certificates();
    PrivateKey key = PrivateKeys.read(settings.key(), chain.getFirst().getPublicKey());
    try {
      var keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(keyStore(chain, key), NO_PASSWORD);
      var trust = new ClientTrust(authority(settings), settings.allowedSans(), refusals);
      var context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), new TrustManager[] {trust}, null);
      return new ServerTls(context, parameters(settings, context), chain.getFirst());
    } catch (GeneralSecurityException rejected) {
      throw new IOException(
          settings.certificate().name() + ": not usable: " + rejected.getMessage(), rejected);
    }
  }

  /// One connection's TLS, ready for the handshake.
  SSLEngine engine(String peer, int port) {
    SSLEngine engine = context.createSSLEngine(peer, port);
    engine.setUseClientMode(false);
    engine.setSSLParameters(parameters);
    return engine;
  }

  private static Optional<X509ExtendedTrustManager> authority(TlsSettings settings)
      throws IOException, GeneralSecurityException {
    if (!settings.clientAuth().isVerified() || settings.clientCa().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        (X509ExtendedTrustManager) TrustedAuthorities.trustManagers(settings.clientCa().get())[0]);
  }

  private static KeyStore keyStore(List<X509Certificate> chain, PrivateKey key)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
    return store;
  }

  private static SSLParameters parameters(TlsSettings settings, SSLContext context) {
    SSLParameters parameters = context.getDefaultSSLParameters();
    parameters.setProtocols(settings.protocols().toArray(String[]::new));
    if (!settings.cipherSuites().isEmpty()) {
      parameters.setCipherSuites(settings.cipherSuites().toArray(String[]::new));
    }
    if (!settings.namedGroups().isEmpty()) {
      parameters.setNamedGroups(settings.namedGroups().toArray(String[]::new));
    }
    parameters.setUseCipherSuitesOrder(settings.preferServerCipherSuites());
    if (settings.clientAuth().isRequired()) {
      parameters.setNeedClientAuth(true);
    } else {
      parameters.setWantClientAuth(settings.clientAuth().isAsked());
    }
    return parameters;
  }
}
