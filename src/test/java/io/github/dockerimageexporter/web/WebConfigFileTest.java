package io.github.dockerimageexporter.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.web.access.Rate;
import io.github.dockerimageexporter.web.tls.ClientAuth;
import io.github.dockerimageexporter.web.tls.PemSource;
import io.github.dockerimageexporter.web.tls.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebConfigFileTest {
  private static final String HASH = "$2y$04$" + "a".repeat(53);

  @TempDir private Path directory;

  @Test
  void everySectionIsRead() throws IOException {
    WebConfig config =
        read(
            "web.yml",
            """
            tls_server_config:
              cert_file: server.crt
              key_file: /etc/server.key
              client_auth_type: RequireAndVerifyClientCert
              client_ca: authority
              client_allowed_sans: [scraper, 127.0.0.1]
              min_version: TLS13
              cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
              prefer_server_cipher_suites: false
              curve_preferences: [X25519, CurveP256]
            http_server_config:
              http2: true
              headers:
                X-Frame-Options: deny
                X-XSS-Protection: 0
            basic_auth_users:
              alice: %s
            auth_excluded_paths: [/-/healthy]
            rate_limit: {interval: 1s500ms, burst: 3}
            """
                .formatted(HASH));

    assertThat(config)
        .isEqualTo(
            new WebConfig(
                directory.resolve("web.yml"),
                Optional.of(
                    new TlsSettings(
                        new PemSource.InFile(directory.resolve("server.crt")),
                        new PemSource.InFile(Path.of("/etc/server.key")),
                        ClientAuth.REQUIRE_AND_VERIFY_CLIENT_CERT,
                        Optional.of(
                            new PemSource.Inline("tls_server_config.client_ca", "authority")),
                        List.of("scraper", "127.0.0.1"),
                        List.of("TLSv1.3"),
                        List.of(
                            "TLS_AES_128_GCM_SHA256",
                            "TLS_AES_256_GCM_SHA384",
                            "TLS_CHACHA20_POLY1305_SHA256",
                            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                        false,
                        List.of("x25519", "secp256r1"))),
                Map.of("X-Frame-Options", "deny", "X-XSS-Protection", "0"),
                true,
                Map.of("alice", HASH),
                Set.of("/-/healthy"),
                Optional.of(new Rate(Duration.ofMillis(1500), 3))));
  }

  @Test
  void jsonSaysTheSameAsYaml() throws IOException {
    WebConfig json =
        read("web.json", "{\n\t\"basic_auth_users\": {\"alice\": \"%s\"}}".formatted(HASH));

    assertThat(json.users()).isEqualTo(Map.of("alice", HASH));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "basic_auth_users:\n", "tls_server_config: {}\n"})
  void nothingSaidIsPlainHttpForAnyone(String text) throws IOException {
    assertThat(read("web.yml", text))
        .isEqualTo(
            new WebConfig(
                directory.resolve("web.yml"),
                Optional.empty(),
                Map.of(),
                false,
                Map.of(),
                Set.of(),
                Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tls: {}| : unknown key tls",
        "tls_server_config: {cert_fil: a}| : unknown key tls_server_config.cert_fil",
        "http_server_config: {http3: true}| : unknown key http_server_config.http3",
        "rate_limit: {brust: 1}| : unknown key rate_limit.brust",
        "[a]| : expected keys and values, found a list",
        "tls_server_config: yes please| : tls_server_config: expected keys and values, found a"
            + " string",
        "tls_server_config: {cert_file: [a]}| : tls_server_config.cert_file: expected a string,"
            + " found a list",
        "tls_server_config: {cert_file: a}| : tls_server_config.key: expected either this or"
            + " key_file, found neither",
        "tls_server_config: {key_file: a}| : tls_server_config.cert: expected either this or"
            + " cert_file, found neither",
        "tls_server_config: {cert: a, cert_file: b, key: c}| : tls_server_config.cert: expected"
            + " either this or cert_file, found both",
        "auth_excluded_paths: [metrics]| : auth_excluded_paths: expected a path that starts with /,"
            + " found \"metrics\"",
        "auth_excluded_paths: /metrics| : auth_excluded_paths: expected a list, found a string",
        "rate_limit: {interval: 1s}| : rate_limit.burst: expected 1 to 1000000, found 0",
        "rate_limit: {interval: 1 s, burst: 1}| : rate_limit.interval: expected a duration such as"
            + " 500ms, found \"1 s\"",
        "rate_limit: {interval: 2h, burst: 1}| : rate_limit.interval: expected at most 1h, found"
            + " PT2H",
        "rate_limit: {interval: 1s, burst: few}| : rate_limit.burst: expected a number, found"
            + " \"few\"",
        "http_server_config: {http2: maybe}| : http_server_config.http2: expected true or false,"
            + " found \"maybe\"",
        "http_server_config: {headers: {Server: x}}| : http_server_config.headers: the header"
            + " Server cannot be set",
        "http_server_config: {headers: {X-Frame-Options: allow}}| : http_server_config.headers:"
            + " X-Frame-Options: expected deny or sameorigin, found \"allow\"",
        "http_server_config: {headers: {X-Content-Type-Options: sniff}}| :"
            + " http_server_config.headers: X-Content-Type-Options: expected nosniff, found"
            + " \"sniff\"",
        "http_server_config: {headers: {X-XSS-Protection: \"a\\n"
            + "b\"}}| : http_server_config.headers: X-XSS-Protection: expected a single line",
        "basic_auth_users: {alice: secret}| : basic_auth_users: alice: expected a bcrypt hash"
            + " ($2a$, $2b$ or $2y$, cost 04 to 18)",
        "basic_auth_users: [alice]| : basic_auth_users: expected keys and values, found a list",
        "basic_auth_users: {a: b, a: c}|:1: Duplicate field 'a'",
      })
  void whatIsWrongIsNamed(String text, String message) throws IOException {
    Path file = Files.writeString(directory.resolve("web.yml"), text);

    assertThatThrownBy(() -> WebConfigFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + message.strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "min_version: TLS10|min_version: TLS10 is not secure and not served; expected TLS12 or"
            + " TLS13",
        "max_version: TLS11|min_version: TLS11 is not secure and not served; expected TLS12 or"
            + " TLS13",
        "min_version: SSL30|min_version: expected TLS12 or TLS13, found \"SSL30\"",
        "{min_version: TLS13, max_version: TLS12}|min_version: min_version TLS13 is above"
            + " max_version TLS12",
        "cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]|cipher_suites: unknown cipher suite"
            + " \"TLS_RSA_WITH_RC4_128_SHA\"",
        "curve_preferences: [P256]|curve_preferences: unknown curve \"P256\"; expected one of"
            + " CurveP256, CurveP384, CurveP521, X25519",
        "client_auth_type: Always|client_auth_type: expected one of NoClientCert,"
            + " RequestClientCert, RequireAnyClientCert, VerifyClientCertIfGiven,"
            + " RequireAndVerifyClientCert, found \"Always\"",
        "client_auth_type: RequireAndVerifyClientCert|client_auth_type: RequireAndVerifyClientCert"
            + " requires client_ca_file or client_ca",
        "client_ca_file: ca.crt|client_auth_type: expected a policy other than NoClientCert with a"
            + " client CA",
        "client_allowed_sans: [a]|client_auth_type: expected a policy other than NoClientCert with"
            + " client_allowed_sans",
      })
  void whatIsWrongWithTlsIsNamed(String keys, String message) throws IOException {
    String more = keys.startsWith("{") ? keys.substring(1, keys.length() - 1) : keys;
    Path file =
        Files.writeString(
            directory.resolve("web.yml"),
            "tls_server_config: {cert_file: a, key_file: b, %s}".formatted(more));

    assertThatThrownBy(() -> WebConfigFile.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": tls_server_config." + message);
  }

  @ParameterizedTest
  @CsvSource({
    "NoClientCert, NO_CLIENT_CERT",
    "RequestClientCert, REQUEST_CLIENT_CERT",
    "RequireClientCert, REQUIRE_ANY_CLIENT_CERT",
    "RequireAnyClientCert, REQUIRE_ANY_CLIENT_CERT",
    "VerifyClientCertIfGiven, VERIFY_CLIENT_CERT_IF_GIVEN",
    "RequireAndVerifyClientCert, REQUIRE_AND_VERIFY_CLIENT_CERT"
  })
  void clientAuthTypeHasGoNames(String name, ClientAuth expected) {
    assertThat(ClientAuth.parse(name)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a: [", "a: b: c", "\tx: 1"})
  void malformedYamlIsReportedWithItsLine(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("web.yml"), text);

    assertThatThrownBy(() -> WebConfigFile.read(file))
        .isInstanceOf(IOException.class)
        .message()
        .startsWith(file + ":1: ")
        .doesNotContain("\n");
  }

  @Test
  void missingFileIsNamed() {
    Path file = directory.resolve("web.yml");

    assertThatThrownBy(() -> WebConfigFile.read(file)).hasMessage(file + ": no such file");
  }

  @Test
  void directoryInPlaceOfTheFileIsNamed() {
    assertThatThrownBy(() -> WebConfigFile.read(directory))
        .hasMessage(directory + ": cannot be read: Is a directory");
  }

  private WebConfig read(String name, String text) throws IOException {
    return WebConfigFile.read(Files.writeString(directory.resolve(name), text));
  }
}
