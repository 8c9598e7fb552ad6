package io.github.dockerimageexporter.web.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The names that Go has for what TLS is made of, and the JDK's names for the same.
///
/// Cipher suites have the same name in both. Go's list leaves those of TLS 1.3 as they are, and so
/// do we: `cipher_suites` chooses among those of TLS 1.2 only.
///
/// Source: Go, `crypto/tls`, "CipherSuites" and "CurveID".
public final class TlsNames {
  private static final List<String> VERSIONS = List.of("TLS10", "TLS11", "TLS12", "TLS13");
  private static final Map<String, String> PROTOCOLS =
      Map.of("TLS12", "TLSv1.2", "TLS13", "TLSv1.3");
  private static final Map<String, String> GROUPS =
      Map.of(
          "CurveP256", "secp256r1",
          "CurveP384", "secp384r1",
          "CurveP521", "secp521r1",
          "X25519", "x25519");
  private static final List<String> TLS_13_SUITES =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
  private static final List<String> TLS_12_SUITES =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");

  private TlsNames() {}

  /// The JDK's names of the versions from `min` to `max`.
  ///
  /// @throws IllegalArgumentException if there is none, or one that is no longer safe
  public static List<String> protocols(String min, String max) {
    List<String> versions = VERSIONS.subList(index(min), Math.max(index(min), index(max) + 1));
    if (versions.isEmpty()) {
      throw new IllegalArgumentException(
          "min_version %s is above max_version %s".formatted(min, max));
    }
    return versions.stream().map(version -> find(PROTOCOLS, "TLS version", version)).toList();
  }

  /// The suites of TLS 1.3 and those named.
  public static List<String> cipherSuites(List<String> names) {
    for (String name : names) {
      if (!TLS_12_SUITES.contains(name) && !TLS_13_SUITES.contains(name)) {
        throw new IllegalArgumentException("unknown cipher suite \"" + name + "\"");
      }
    }
    if (names.isEmpty()) {
      return List.of();
    }
    var suites = new ArrayList<String>(TLS_13_SUITES);
    names.stream().filter(TLS_12_SUITES::contains).forEach(suites::add);
    return suites;
  }

  public static List<String> namedGroups(List<String> curves) {
    return curves.stream().map(curve -> find(GROUPS, "curve", curve)).toList();
  }

  private static int index(String version) {
    int index = VERSIONS.indexOf(version);
    if (index < 0) {
      throw new IllegalArgumentException("expected TLS12 or TLS13, found \"" + version + "\"");
    }
    if (!PROTOCOLS.containsKey(version)) {
      throw new IllegalArgumentException(
          version + " is not secure and not served; expected TLS12 or TLS13");
    }
    return index;
  }

  private static String find(Map<String, String> names, String what, String name) {
    String found = names.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "unknown %s \"%s\"; expected one of %s"
              .formatted(what, name, String.join(", ", names.keySet().stream().sorted().toList())));
    }
    return found;
  }
}
