package io.github.dockerimageexporter.web.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// How the server speaks TLS: `tls_server_config`, names already those of the JDK.
///
/// @param protocols at least one
/// @param cipherSuites the JDK's own if empty
/// @param namedGroups the JDK's own if empty
public record TlsSettings(
    PemSource certificate,
    PemSource key,
    ClientAuth clientAuth,
    Optional<PemSource> clientCa,
    List<String> allowedSans,
    List<String> protocols,
    List<String> cipherSuites,
    boolean preferServerCipherSuites,
    List<String> namedGroups) {
  public TlsSettings {
    allowedSans = List.copyOf(allowedSans);
    protocols = List.copyOf(protocols);
    cipherSuites = List.copyOf(cipherSuites);
    namedGroups = List.copyOf(namedGroups);
  }

  public Stream<Path> files() {
    return Stream.concat(Stream.of(certificate, key), clientCa.stream())
        .flatMap(source -> source.file().stream());
  }
}
