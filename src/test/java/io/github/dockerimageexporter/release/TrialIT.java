package io.github.dockerimageexporter.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dockerimageexporter.deploy.alert.Monitoring;
import io.github.dockerimageexporter.deploy.alert.Webhook;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.OddFiles;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What somebody does who has the documents and a host with Docker: install, see that all is well,
/// be alerted of damage, repair it by the plan, see it clear, upgrade, remove.
@Requires({
  Requirement.RELEASE,
  Requirement.ROOT,
  Requirement.DEBOOTSTRAP,
  Requirement.NSPAWN,
  Requirement.PROMETHEUS,
  Requirement.ALERTMANAGER
})
class TrialIT {
  private static final String IMAGE = "opaque:1";

  /// How a package comes onto a host, and off it again.
  enum Way {
    DEB(
        "apt-get install --yes --reinstall /root/*.deb",
        "apt-get purge --yes docker-image-exporter"),
    RPM(
        "rpm --force-debian --nodeps --upgrade --replacepkgs /root/*.rpm",
        "rpm --force-debian --nodeps --erase docker-image-exporter"),
    ARCHIVE(
        fromTheDocuments("### Archive").replace("systemctl enable --now docker-image-exporter", ""),
        """
        systemctl disable --now docker-image-exporter
        rm -r /etc/systemd/system/docker-image-exporter.service /etc/default/docker-image-exporter \
          /usr/bin/docker-image-exporter /opt/docker-image-exporter-*
        """);

    private final String install;
    private final String remove;

    Way(String install, String remove) {
      this.install = "set -e; cd /root\n" + install;
      this.remove = "set -e\n" + remove;
    }

    private Path file() throws IOException {
      return switch (this) {
        case DEB -> ReleaseFiles.debianPackage();
        case RPM -> ReleaseFiles.rpm();
        case ARCHIVE -> ReleaseFiles.archive();
      };
    }
  }

  @TempDir private Path directory;

  /// One of them on every run, all where engines are tested thoroughly.
  static List<Way> ways() {
    return EngineKind.isThorough() ? List.of(Way.values()) : List.of(Way.DEB);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aHostIsWatchedFromInstallationToRemoval(Way way) throws IOException, InterruptedException {
    try (DebianMachine machine = DebianMachine.bootWithDocker(directory);
        Webhook webhook = Webhook.start()) {
      var service = new InstalledService(machine);
      Path archive = OddFiles.opaqueArchiveIn(directory);
      Files.copy(archive, machine.root().resolve("root/image.tar"));
      machine.run("docker load --input /root/image.tar && rm /root/image.tar");
      Path file = way.file();
      Path copy = machine.root().resolve("root").resolve(file.getFileName());
      Files.copy(file, copy);

      machine.run(way.install);
      service.start();
      assertHealthy(service.measured());
      watchThroughDamage(machine, service, webhook);
      String before = service.mainPid();
      machine.run(way.install + "\nsystemctl try-restart docker-image-exporter");
      await().until(() -> machine.succeeds("docker-image-exporter healthcheck"));
      assertThat(service.mainPid()).isNotEqualTo(before);
      assertHealthy(service.measured());

      machine.run(way.remove);
      Files.delete(copy);
      assertThat(service.activity()).isEqualTo("inactive");
      assertThat(service.remains()).isEmpty();
      assertThat(machine.run("docker image ls --quiet | wc --lines")).isEqualTo("1");
    }
  }

  private void watchThroughDamage(DebianMachine machine, InstalledService service, Webhook webhook)
      throws IOException, InterruptedException {
    try (var relay = Relay.of(service);
        var _ = Monitoring.start(directory.resolve("monitoring"), relay.target(), webhook.url())) {
      machine.run("rm \"$(ls -d /var/lib/docker/overlay2/l/* | head -n 1)\"");

      await("alert").until(() -> states(webhook).anyMatch("firing DockerImageChainBroken"::equals));
      assertThat(machine.succeeds("docker-image-exporter check")).isFalse();

      machine.run("docker-image-exporter check --plan >/root/plan; sh /root/plan; rm /root/plan");

      await("end").until(() -> states(webhook).anyMatch("resolved DockerImageChainBroken"::equals));
      assertHealthy(service.measured());
      machine.run("docker save %s >/dev/null".formatted(IMAGE));
    }
  }

  private static Stream<String> states(Webhook webhook) {
    return webhook.alerts().stream().map(TrialIT::state);
  }

  private static String state(JsonNode alert) {
    return alert.get("status").asText() + " " + alert.at("/labels/alertname").asText();
  }

  private static void assertHealthy(Scrape scrape) {
    assertThat(scrape.sum("docker_store_problems")).isZero();
    assertThat(scrape.by("image_id", "docker_image_chain_consistent").values())
        .hasSize(1)
        .containsOnly(1.0);
  }

  /// The commands of the first block below a heading of docs/operations.md.
  private static String fromTheDocuments(String heading) {
    try {
      String page = Files.readString(Path.of("docs/operations.md"));
      Matcher block =
          Pattern.compile("(?s)" + Pattern.quote("\n" + heading + "\n") + ".*?```sh\n(.*?)```")
              .matcher(page);
      if (!block.find()) {
        throw new IllegalStateException("no commands below " + heading);
      }
      return block.group(1);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Lets a Prometheus of this machine scrape an exporter in the network of another.
  private record Relay(HttpServer server) implements AutoCloseable {
    static Relay of(InstalledService service) throws IOException {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      HttpServer server = HttpServer.create(address, 0);
      server.createContext("/", exchange -> answer(exchange, service));
      server.start();
      return new Relay(server);
    }

    private static void answer(HttpExchange exchange, InstalledService service) throws IOException {
      try (exchange) {
        byte[] text = service.text().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
        exchange.sendResponseHeaders(200, text.length);
        exchange.getResponseBody().write(text);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    String target() {
      return "127.0.0.1:" + server.getAddress().getPort();
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
