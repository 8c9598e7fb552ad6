package io.github.dockerimageexporter.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.web.access.Admission;
import io.github.dockerimageexporter.web.access.Admission.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCrypt;

class WebAccessTest {
  private static final Admission ALLOWED = new Admission(Optional.empty(), Map.of());

  @TempDir private Path directory;

  @Test
  void rightPasswordIsLetThroughEachTime() throws IOException, InterruptedException {
    WebAccess access = withUser("$2b$");

    assertThat(admit(access, "alice", "secret")).isEqualTo(ALLOWED);
    assertThat(admit(access, "alice", "secret")).isEqualTo(ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"$2a$", "$2b$", "$2y$"})
  void everySpellingOfBcryptIsUnderstood(String version) throws IOException, InterruptedException {
    assertThat(admit(withUser(version), "alice", "secret")).isEqualTo(ALLOWED);
  }

  @Test
  void wrongPasswordAndUnknownUserScanTheSame() throws IOException, InterruptedException {
    WebAccess access = withUser("$2a$");

    Admission wrong = admit(access, "alice", "guess");

    assertThat(status(wrong)).isEqualTo(401);
    assertThat(admit(access, "alice", "guess")).isEqualTo(wrong);
    assertThat(admit(access, "bob", "guess")).isEqualTo(wrong);
    assertThat(admit(access, "alice", "secret")).isEqualTo(ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Basic", "Basic !", "Basic YWxpY2U=", "Bearer secret"})
  void headerWithoutAPasswordIsAnsweredWithTheChallenge(String header)
      throws IOException, InterruptedException {
    Admission admission = withUser("$2a$").admit("/metrics", Optional.of(header), "127.0.0.1");

    assertThat(admission)
        .isEqualTo(
            new Admission(
                Optional.of(
                    new Refusal(
                        401,
                        "password required",
                        Map.of(
                            "WWW-Authenticate",
                            "Basic realm=\"docker-image-exporter\", charset=\"UTF-8\""))),
                Map.of()));
  }

  @Test
  void excludedPathNeedsNoPassword() throws IOException, InterruptedException {
    WebAccess access = open(users("$2a$") + "auth_excluded_paths: [/-/healthy]\n");

    assertThat(access.admit("/-/healthy", Optional.empty(), "127.0.0.1")).isEqualTo(ALLOWED);
    assertThat(status(access.admit("/-/ready", Optional.empty(), "127.0.0.1"))).isEqualTo(401);
  }

  @Test
  void headersStandOnRefusalsToo() throws IOException, InterruptedException {
    WebAccess access =
        open(users("$2a$") + "http_server_config: {headers: {X-Frame-Options: deny}}\n");

    assertThat(access.admit("/", Optional.empty(), "127.0.0.1").headers())
        .isEqualTo(Map.of("X-Frame-Options", "deny"));
  }

  @Test
  void burstIsLetThroughAndThenRefused() throws IOException, InterruptedException {
    WebAccess access = open("rate_limit: {interval: 1h, burst: 2}\n");

    assertThat(access.admit("/", Optional.empty(), "127.0.0.1")).isEqualTo(ALLOWED);
    assertThat(access.admit("/", Optional.empty(), "127.0.0.1")).isEqualTo(ALLOWED);
    assertThat(status(access.admit("/", Optional.empty(), "127.0.0.1"))).isEqualTo(429);
  }

  @Test
  void changedUsersCountAfterAReload() throws IOException, InterruptedException {
    WebAccess access = withUser("$2a$");
    admit(access, "alice", "secret");

    Files.writeString(file(), "basic_auth_users: {alice: %s}".formatted(hash("$2a$", "new")));

    assertThat(access.reload()).isTrue();
    assertThat(status(admit(access, "alice", "secret"))).isEqualTo(401);
    assertThat(admit(access, "alice", "new")).isEqualTo(ALLOWED);
  }

  @Test
  void badChangeLeavesWhatWasGood() throws IOException, InterruptedException {
    WebAccess access = withUser("$2a$");

    Files.writeString(file(), "basic_auth_users: {alice: plain}");

    assertThat(access.reload()).isFalse();
    assertThat(admit(access, "alice", "secret")).isEqualTo(ALLOWED);
  }

  @Test
  void removedFileLeavesWhatWasGood() throws IOException, InterruptedException {
    WebAccess access = withUser("$2a$");

    Files.delete(file());

    assertThat(access.reload()).isFalse();
    assertThat(admit(access, "alice", "secret")).isEqualTo(ALLOWED);
  }

  private WebAccess withUser(String version) throws IOException {
    return open(users(version));
  }

  private WebAccess open(String text) throws IOException {
    Files.writeString(file(), text);
    return WebAccess.open(file());
  }

  private Path file() {
    return directory.resolve("web.yml");
  }

  private static String users(String version) {
    return "basic_auth_users: {alice: %s}%n".formatted(hash(version, "secret"));
  }

  /// The three spellings mean the same, but the library makes only some of them.
  private static String hash(String version, String password) {
    return version + BCrypt.hashpw(password, BCrypt.gensalt(4)).substring(version.length());
  }

  private static Admission admit(WebAccess access, String user, String password)
      throws InterruptedException {
    String pair = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    return access.admit("/metrics", Optional.of("Basic " + pair), "127.0.0.1");
  }

  private static int status(Admission admission) {
    return admission.refusal().map(Refusal::status).orElse(200);
  }
}
