package io.github.dockerimageexporter.web;

import io.github.dockerimageexporter.web.tls.ClientAuth;
import io.github.dockerimageexporter.web.tls.PemSource;
import io.github.dockerimageexporter.web.tls.TlsNames;
import io.github.dockerimageexporter.web.tls.TlsSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Reads `tls_server_config`.
final class TlsSection {
  private static final String NAME = "tls_server_config";
  private static final Set<String> KEYS =
      Set.of(
          "cert",
          "key",
          "client_ca",
          "cert_file",
          "key_file",
          "client_ca_file",
          "client_auth_type",
          "client_allowed_sans",
          "min_version",
          "max_version",
          "cipher_suites",
          "prefer_server_cipher_suites",
          "curve_preferences");

  private final YamlSection section;
  private final Path directory;

  private TlsSection(YamlSection section, Path directory) {
    this.section = section;
    this.directory = directory;
  }

  /// The settings; empty if `root` has no such section: the server speaks plain HTTP.
  ///
  /// @param file of the configuration; the files it names are relative to its directory
  static Optional<TlsSettings> read(YamlSection root, Path file) {
    YamlSection section = root.section(NAME, KEYS);
    return section.isEmpty()
        ? Optional.empty()
        : Optional.of(new TlsSection(section, file.resolveSibling("")).settings());
  }

  private TlsSettings settings() {
    PemSource certificate = require("cert");
    PemSource key = require("key");
    Optional<PemSource> clientCa = find("client_ca");
    ClientAuth clientAuth = clientAuth(clientCa.isPresent());
    String max = section.text("max_version").orElse("TLS13");
    String min = section.text("min_version").orElse("TLS12");
    return new TlsSettings(
        certificate,
        key,
        clientAuth,
        clientCa,
        section.texts("client_allowed_sans"),
        convert("min_version", min, it -> TlsNames.protocols(it, max)),
        convert("cipher_suites", section.texts("cipher_suites"), TlsNames::cipherSuites),
        section.flag("prefer_server_cipher_suites", true),
        convert("curve_preferences", section.texts("curve_preferences"), TlsNames::namedGroups));
  }

  /// The policy, which has to go with what else is said of client certificates.
  private ClientAuth clientAuth(boolean hasCa) {
    ClientAuth policy =
        convert(
            "client_auth_type",
            section.text("client_auth_type").orElse("NoClientCert"),
            ClientAuth::parse);
    boolean hasSans = !section.texts("client_allowed_sans").isEmpty();
    if (policy.isVerified() && !hasCa) {
      throw section.invalid("client_auth_type", policy + " requires client_ca_file or client_ca");
    }
    if (!policy.isAsked() && (hasCa || hasSans)) {
      throw section.invalid(
          "client_auth_type",
          "expected a policy other than NoClientCert with "
              + (hasCa ? "a client CA" : "client_allowed_sans"));
    }
    return policy;
  }

  private PemSource require(String key) {
    return find(key)
        .orElseThrow(
            () -> section.invalid(key, "expected either this or " + key + "_file, found neither"));
  }

  private Optional<PemSource> find(String key) {
    Optional<String> text = section.text(key);
    Optional<String> file = section.text(key + "_file");
    if (text.isPresent() && file.isPresent()) {
      throw section.invalid(key, "expected either this or " + key + "_file, found both");
    }
    return text.<PemSource>map(it -> new PemSource.Inline(NAME + "." + key, it))
        .or(() -> file.map(it -> new PemSource.InFile(directory.resolve(it))));
  }

  private <T, R> R convert(String key, T value, Function<T, R> conversion) {
    try {
      return conversion.apply(value);
    } catch (IllegalArgumentException rejected) {
      throw section.invalid(key, String.valueOf(rejected.getMessage()));
    }
  }
}
