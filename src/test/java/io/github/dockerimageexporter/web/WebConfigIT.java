package io.github.dockerimageexporter.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import io.github.dockerimageexporter.engine.machine.Daemon;
import io.github.dockerimageexporter.engine.machine.Ports;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.web.tls.Certificates;
import io.github.dockerimageexporter.web.tls.Certificates.KeyType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCrypt;

/// The packaged exporter behind the example of docs/web-config.md, as curl and a real Prometheus
/// find it.
@Requires({Requirement.OPENSSL, Requirement.PROMETHEUS, Requirement.CURL})
class WebConfigIT {
  private static final Pattern EXAMPLE =
      Pattern.compile("```yaml\n(# web-config.yml.*?)```", Pattern.DOTALL);
  private static final Pattern HASH = Pattern.compile("\\$2y\\$\\S+");

  @TempDir private Path directory;
  private Certificates certificates;
  private Daemon exporter;
  private int port;
  private int prometheusPort;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    certificates = new Certificates(directory);
    certificates.sign("server", KeyType.EC, "DNS:localhost,IP:127.0.0.1");
    certificates.sign("client", KeyType.RSA, "DNS:client");
    certificates.signExpired("expired");
    Matcher example = EXAMPLE.matcher(Files.readString(Path.of("docs/web-config.md")));
    assertThat(example.find()).isTrue();
    String hash = BCrypt.hashpw("secret", BCrypt.gensalt(10));
    Path config =
        Files.writeString(
            config(), HASH.matcher(example.group(1)).replaceAll(Matcher.quoteReplacement(hash)));
    Files.setPosixFilePermissions(config, PosixFilePermissions.fromString("rw-------"));
    port = Ports.free();
    prometheusPort = Ports.free();
    exporter =
        Daemon.start(
            directory.resolve("exporter.log"),
            List.of(
                // A JVM takes no SIGHUP if it was ignored when it started, as under nohup.
                "env",
                "--default-signal=HUP",
                ExporterProcess.launcher().toString(),
                "--docker.root=" + directory,
                "--web.listen-address=127.0.0.1:" + port,
                "--web.config.file=" + config()));
    exporter.awaitReady(() -> status("client", "secret").equals("200"));
  }

  @AfterEach
  void stop() throws IOException {
    exporter.close();
  }

  @Test
  void promtoolAcceptsTheExample() throws IOException, InterruptedException {
    assertThat(
            Program.of("sh", "-c", "promtool check web-config \"$0\" 2>&1", config().toString())
                .run())
        .endsWith("SUCCESS");
  }

  @Test
  void prometheusScrapesWithPasswordAndCertificate() throws IOException, InterruptedException {
    try (Daemon prometheus = prometheus("client", "secret")) {
      prometheus.awaitReady(() -> query("up == 1").contains("\"job\":\"exporter\""));
    }
  }

  @Test
  void prometheusWithAnotherPasswordIsRefusedAndNamedInTheLog()
      throws IOException, InterruptedException {
    try (Daemon prometheus = prometheus("client", "guess")) {
      prometheus.awaitReady(() -> query("up == 0").contains("\"job\":\"exporter\""));
      awaitLog("msg=\"request refused\" reason=\"wrong password\" client=127.0.0.1");
    }
  }

  @Test
  void expiredCertificateIsRefusedAndNamedInTheLog() throws InterruptedException {
    assertThatThrownBy(() -> status("expired", "secret")).isInstanceOf(IOException.class);
    awaitLog("certificate=\"CN=expired\" reason=\"it expired on ");
  }

  @Test
  void certificateOfAnotherAuthorityIsRefused() throws IOException, InterruptedException {
    certificates.selfSigned("stranger", "/CN=stranger");

    assertThatThrownBy(() -> status("stranger", "secret")).isInstanceOf(IOException.class);
    awaitLog("msg=\"client certificate refused\" certificate=\"CN=stranger\"");
  }

  @Test
  void certificateReplacedAtRunTimeIsServed() throws IOException, InterruptedException {
    String before = serverSerial();
    certificates.sign("next", KeyType.RSA, "DNS:localhost,IP:127.0.0.1");

    Files.move(
        certificates.key("next"), certificates.key("server"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(
        certificates.certificate("next"),
        certificates.certificate("server"),
        StandardCopyOption.REPLACE_EXISTING);

    await().until(() -> !serverSerial().equals(before));
    assertThat(status("client", "secret")).isEqualTo("200");
  }

  @Test
  void removedFileIsNamedOnceAndTheLastGoodStateServed() throws IOException, InterruptedException {
    Files.delete(certificates.key("server"));

    await()
        .until(
            () ->
                status("client", "secret").equals("200")
                    && exporter.log().contains("no such file"));
    for (int i = 0; i < 3; i++) {
      assertThat(status("client", "secret")).isEqualTo("200");
    }
    assertThat(exporter.log().lines().filter(line -> line.contains("no such file"))).hasSize(1);
  }

  @Test
  void hangupReadsTheConfigurationAgain() throws IOException {
    Program hangup = Program.of("kill", "-HUP", Long.toString(exporter.handle().pid()));

    await()
        .until(
            () -> {
              hangup.run();
              return exporter.log().contains("msg=\"web config reloaded\" file=" + config());
            });
    assertThat(exporter.isRunning()).isTrue();
  }

  @Test
  void badFileAtTheStartIsOneLine() throws IOException {
    Path bad = Files.writeString(directory.resolve("bad.yml"), "tls_server_confg: {}\n");

    assertThatThrownBy(
            () ->
                Program.of(
                        ExporterProcess.launcher().toString(),
                        "--web.listen-address=127.0.0.1:0",
                        "--web.config.file=" + bad)
                    .run())
        .isInstanceOf(IOException.class)
        .message()
        .contains("ended with status 1")
        .endsWith("docker-image-exporter: " + bad + ": unknown key tls_server_confg");
  }

  private String status(String certificate, String password)
      throws IOException, InterruptedException {
    return curl(certificate, password, "/metrics", "-o", "/dev/null", "-w", "%{http_code}");
  }

  private String serverSerial() throws IOException, InterruptedException {
    return curl("client", "secret", "/", "-o", "/dev/null", "-w", "%{certs}");
  }

  private String curl(String certificate, String password, String path, String... more)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.addAll(
        List.of(
            "curl",
            "-sS",
            "--cacert",
            certificates.certificate("ca").toString(),
            "--cert",
            certificates.certificate(certificate).toString(),
            "--key",
            certificates.key(certificate).toString(),
            "--user",
            "prometheus:" + password,
            "https://localhost:" + port + path));
    command.addAll(List.of(more));
    return Program.of(command.toArray(String[]::new)).run();
  }

  private Daemon prometheus(String certificate, String password) throws IOException {
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            scrape_configs:
              - job_name: exporter
                scrape_interval: 1s
                scheme: https
                tls_config: {ca_file: ca.crt, cert_file: %s.crt, key_file: %s.key}
                basic_auth: {username: prometheus, password: %s}
                static_configs: [{targets: ["localhost:%d"]}]
            """
                .formatted(certificate, certificate, password, port));
    return Daemon.start(
        directory.resolve("prometheus.log"),
        List.of(
            "prometheus",
            "--config.file=" + config,
            "--storage.tsdb.path=" + directory.resolve("tsdb"),
            "--web.listen-address=127.0.0.1:" + prometheusPort));
  }

  private String query(String expression) throws IOException, InterruptedException {
    return Program.of(
            "curl",
            "-sSfG",
            "http://127.0.0.1:" + prometheusPort + "/api/v1/query",
            "--data-urlencode",
            "query=" + expression)
        .run();
  }

  private void awaitLog(String line) {
    await().until(() -> exporter.log().contains(line));
  }

  private Path config() {
    return directory.resolve("web-config.yml");
  }
}
