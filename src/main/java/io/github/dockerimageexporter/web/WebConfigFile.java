package io.github.dockerimageexporter.web;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.github.dockerimageexporter.web.access.Rate;
import io.github.dockerimageexporter.web.tls.PemSource;
import io.github.dockerimageexporter.web.tls.TlsSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads a web configuration file: JSON if its name ends in `.json`, otherwise YAML.
///
/// | section              | keys                                                          |
/// |----------------------|---------------------------------------------------------------|
/// | `tls_server_config`  | see [TlsSettings]                                             |
/// | `http_server_config` | `http2`, `headers`                                            |
/// | `basic_auth_users`   | users, and the bcrypt hashes of their passwords               |
/// | `rate_limit`         | `interval`, `burst`                                           |
/// | `auth_excluded_paths`| paths that need no password; ours, not exporter-toolkit's     |
///
/// Source: exporter-toolkit, `docs/web-configuration.md`.
final class WebConfigFile {
  private static final Set<String> SECTIONS =
      Set.of(
          "tls_server_config",
          "http_server_config",
          "basic_auth_users",
          "rate_limit",
          "auth_excluded_paths");

  /// The headers that may be set; any value, if there is none to choose from.
  private static final Map<String, List<String>> HEADERS =
      Map.of(
          "Content-Security-Policy", List.of(),
          "Strict-Transport-Security", List.of(),
          "X-Content-Type-Options", List.of("nosniff"),
          "X-Frame-Options", List.of("deny", "sameorigin"),
          "X-XSS-Protection", List.of());

  private static final Pattern BCRYPT =
      Pattern.compile("\\$2[aby]\\$(?:0[4-9]|1[0-8])\\$[./A-Za-z0-9]{53}");
  private static final Pattern LINE_BREAK = Pattern.compile("[\\r\\n\\x00]");

  private WebConfigFile() {}

  /// Reads the file alone, none of those it names.
  ///
  /// @throws IOException in one line that begins with the file's name, if it cannot be read or is
  ///     not a web configuration
  static WebConfig read(Path path) throws IOException {
    Path file = path.toAbsolutePath().normalize();
    try {
      return webConfig(file, tree(file, PemSource.readFile(file)));
    } catch (IllegalArgumentException rejected) {
      throw new IOException(file + ": " + rejected.getMessage(), rejected);
    }
  }

  private static JsonNode tree(Path file, String text) throws IOException {
    ObjectMapper mapper = file.toString().endsWith(".json") ? new JsonMapper() : new YAMLMapper();
    try {
      return mapper
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readTree(text);
    } catch (JsonProcessingException malformed) {
      var where = Optional.ofNullable(malformed.getLocation());
      throw new IOException(
          "%s%s: %s"
              .formatted(
                  file,
                  where.map(it -> ":" + it.getLineNr()).orElse(""),
                  malformed.getOriginalMessage().lines().findFirst().orElse("malformed")),
          malformed);
    }
  }

  private static WebConfig webConfig(Path file, JsonNode tree) {
    YamlSection root = YamlSection.root(tree, SECTIONS);
    YamlSection http = root.section("http_server_config", Set.of("http2", "headers"));
    return new WebConfig(
        file,
        TlsSection.read(root, file),
        headers(http),
        http.flag("http2", false),
        users(root),
        openPaths(root),
        rate(root));
  }

  private static Map<String, String> headers(YamlSection http) {
    Map<String, String> headers = http.textsByName("headers");
    headers.forEach(
        (name, value) -> {
          List<String> allowed = HEADERS.get(name);
          if (allowed == null) {
            throw http.invalid("headers", "the header " + name + " cannot be set");
          }
          if (!allowed.isEmpty() && !allowed.contains(value)) {
            throw http.invalid(
                "headers",
                "%s: expected %s, found \"%s\""
                    .formatted(name, String.join(" or ", allowed), value));
          }
          if (LINE_BREAK.matcher(value).find()) {
            throw http.invalid("headers", name + ": expected a single line");
          }
        });
    return headers;
  }

  private static Map<String, String> users(YamlSection root) {
    Map<String, String> users = root.textsByName("basic_auth_users");
    users.forEach(
        (user, hash) -> {
          if (!BCRYPT.matcher(hash).matches()) {
            throw root.invalid(
                "basic_auth_users",
                user + ": expected a bcrypt hash ($2a$, $2b$ or $2y$, cost 04 to 18)");
          }
        });
    return users;
  }

  private static Set<String> openPaths(YamlSection root) {
    var paths = new LinkedHashSet<>(root.texts("auth_excluded_paths"));
    for (String path : paths) {
      if (!path.startsWith("/")) {
        throw root.invalid(
            "auth_excluded_paths", "expected a path that starts with /, found \"" + path + "\"");
      }
    }
    return paths;
  }

  private static Optional<Rate> rate(YamlSection root) {
    YamlSection limit = root.section("rate_limit", Set.of("interval", "burst"));
    String interval = limit.text("interval").orElse("0");
    String burst = limit.text("burst").orElse("0");
    try {
      var parsed = Rate.parseInterval(interval);
      return parsed.isZero()
          ? Optional.empty()
          : Optional.of(new Rate(parsed, Integer.parseInt(burst)));
    } catch (NumberFormatException rejected) {
      throw limit.invalid("burst", "expected a number, found \"" + burst + "\"");
    } catch (IllegalArgumentException rejected) {
      throw new IllegalArgumentException("rate_limit." + rejected.getMessage(), rejected);
    }
  }
}
