package io.github.dockerimageexporter.web;

import io.github.dockerimageexporter.web.access.Rate;
import io.github.dockerimageexporter.web.tls.TlsSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What a web configuration file says, checked as far as the file alone allows.
///
/// @param file absolute
/// @param http2 whether the file asks for it by name
/// @param users bcrypt hashes by user; anyone may ask if there are none
/// @param openPaths what needs no password
record WebConfig(
    Path file,
    Optional<TlsSettings> tls,
    Map<String, String> headers,
    boolean http2,
    Map<String, String> users,
    Set<String> openPaths,
    Optional<Rate> rate) {
  WebConfig {
    headers = Map.copyOf(headers);
    users = Map.copyOf(users);
    openPaths = Set.copyOf(openPaths);
  }

  /// All that it is made of: the file itself and those it names.
  List<Path> files() {
    return Stream.concat(Stream.of(file), tls.stream().flatMap(TlsSettings::files)).toList();
  }

  /// Those of its files that hold a secret.
  List<Path> secretFiles() {
    Stream<Path> keyFile = tls.stream().map(TlsSettings::key).flatMap(key -> key.file().stream());
    boolean ownSecrets =
        !users.isEmpty() || tls.filter(it -> it.key().file().isEmpty()).isPresent();
    return Stream.concat(ownSecrets ? Stream.of(file) : Stream.of(), keyFile).toList();
  }
}
