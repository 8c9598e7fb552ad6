package io.github.dockerimageexporter.web.tls;

import io.github.dockerimageexporter.web.access.RefusalLog;
import java.net.InetAddress;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.event.KeyValuePair;

/// Decides about the certificates that clients show, and says in the log why it refused one.
final class ClientTrust extends X509ExtendedTrustManager {
  private static final int IP_ADDRESS = 7;

  private final Optional<X509ExtendedTrustManager> authority;
  private final List<String> allowedSans;
  private final RefusalLog refusals;

  /// @param authority who verifies; any certificate will do without one
  /// @param allowedSans one of which the certificate must have, unless there is none
  ClientTrust(
      Optional<X509ExtendedTrustManager> authority, List<String> allowedSans, RefusalLog refusals) {
    this.authority = authority;
    this.allowedSans = List.copyOf(allowedSans);
    this.refusals = refusals;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    try {
      if (authority.isPresent()) {
        authority.get().checkClientTrusted(chain, type, engine);
      }
      checkName(chain[0]);
    } catch (CertificateException refused) {
      refusals.log(
          "client certificate refused",
          new KeyValuePair("certificate", chain[0].getSubjectX500Principal()),
          new KeyValuePair("reason", reason(chain[0], refused)),
          new KeyValuePair("client", engine.getPeerHost()));
      throw refused;
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("the server has no sockets, only engines");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("the server has no sockets, only engines");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("not a client");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("not a client");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("not a client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authority
        .map(X509ExtendedTrustManager::getAcceptedIssuers)
        .orElse(new X509Certificate[0]);
  }

  private void checkName(X509Certificate certificate) throws CertificateException {
    Collection<List<?>> names =
        Optional.ofNullable(certificate.getSubjectAlternativeNames()).orElse(List.of());
    if (!allowedSans.isEmpty() && names.stream().noneMatch(this::isAllowed)) {
      throw new CertificateException("none of its names is in client_allowed_sans");
    }
  }

  /// An address is compared as such: it has more than one spelling.
  private boolean isAllowed(List<?> name) {
    String text = String.valueOf(name.get(1));
    if (allowedSans.contains(text)) {
      return true;
    }
    return Integer.valueOf(IP_ADDRESS).equals(name.getFirst())
        && allowedSans.stream().anyMatch(allowed -> isSameAddress(allowed, text));
  }

  private static boolean isSameAddress(String allowed, String address) {
    try {
      return InetAddress.ofLiteral(allowed).equals(InetAddress.ofLiteral(address));
    } catch (IllegalArgumentException noAddress) {
      return false;
    }
  }

  private static String reason(X509Certificate certificate, CertificateException refused) {
    try {
      certificate.checkValidity();
    } catch (CertificateExpiredException expired) {
      return "it expired on " + certificate.getNotAfter().toInstant();
    } catch (CertificateNotYetValidException early) {
      return "it is valid from " + certificate.getNotBefore().toInstant();
    }
    Throwable cause = refused;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
