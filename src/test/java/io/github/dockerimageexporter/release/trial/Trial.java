package io.github.dockerimageexporter.release.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.dockerimageexporter.deploy.alert.Monitoring;
import io.github.dockerimageexporter.deploy.alert.Webhook;
import io.github.dockerimageexporter.engine.OddFiles;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.release.DebianMachine;
import io.github.dockerimageexporter.release.InstalledService;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// A host with Docker and an image, on which the exporter is tried.
record Trial(DebianMachine machine, InstalledService service) {
  private static final String IMAGE = "opaque:1";

  /// Marks tests that try it so, and wait for an alert.
  @Target(ElementType.TYPE)
  @Retention(RetentionPolicy.RUNTIME)
  @DebianMachine.Required
  @Requires({Requirement.PROMETHEUS, Requirement.ALERTMANAGER})
  @interface Required {}

  static Trial on(DebianMachine machine, Path directory) throws IOException, InterruptedException {
    Path archive = OddFiles.opaqueArchiveIn(directory);
    Files.copy(archive, machine.root().resolve("root/image.tar"));
    machine.run("docker load --input /root/image.tar && rm /root/image.tar");
    return new Trial(machine, new InstalledService(machine));
  }

  /// Damages the image's layer, and repairs it by the plan once somebody has been alerted.
  ///
  /// @param directory for what watches the host
  void watchThroughDamage(Path directory) throws IOException, InterruptedException {
    try (Webhook webhook = Webhook.start();
        var relay = Relay.of(service);
        var _ = Monitoring.start(directory, relay.target(), webhook.url())) {
      damage();

      await("alert").until(() -> states(webhook).anyMatch("firing DockerImageChainBroken"::equals));
      assertThat(machine.succeeds("docker-image-exporter check")).isFalse();

      repair();

      await("end").until(() -> states(webhook).anyMatch("resolved DockerImageChainBroken"::equals));
      assertHealthy();
      assertImageIsThere();
    }
  }

  /// Takes a short name from the image's layer, so that no container of it would start.
  void damage() throws IOException, InterruptedException {
    machine.run(
        """
        diff=$(docker image inspect --format '{{.GraphDriver.Data.UpperDir}}' %s)
        rm /var/lib/docker/overlay2/l/$(cat "$diff/../link")
        """
            .formatted(IMAGE));
  }

  void repair() throws IOException, InterruptedException {
    machine.run("docker-image-exporter check --plan >/root/plan || true; sh /root/plan");
  }

  /// Nothing is wrong on the host, by what the exporter answers once it has measured everything.
  void assertHealthy() throws IOException, InterruptedException {
    Scrape scrape = service.measured();
    assertThat(scrape.sum("docker_store_problems")).isZero();
    assertThat(scrape.by("image_id", "docker_image_chain_consistent").values())
        .hasSize(
            Integer.parseInt(machine.run("docker image ls --quiet --no-trunc | sort -u | wc -l")))
        .containsOnly(1.0);
  }

  void assertImageIsThere() throws IOException, InterruptedException {
    machine.run("docker save %s >/dev/null".formatted(IMAGE));
  }

  private static Stream<String> states(Webhook webhook) {
    return webhook.alerts().stream().map(Trial::state);
  }

  private static String state(JsonNode alert) {
    return alert.get("status").asText() + " " + alert.at("/labels/alertname").asText();
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
