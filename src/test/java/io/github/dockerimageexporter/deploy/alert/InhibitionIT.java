package io.github.dockerimageexporter.deploy.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.deploy.Fleet;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// One cause, one notification: of the alerts that fire together a real Alertmanager lets one pass.
@Requires(Requirement.ALERTMANAGER)
class InhibitionIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String CHAIN_BROKEN = "DockerImageChainBroken";

  @TempDir private static Path directory;
  private static Webhook webhook;
  private static Alertmanager alertmanager;

  /// What happened, the alert that tells it, and those that would only repeat it. After a blank
  /// stands the kind of problem that an alert is about.
  record Cause(String name, String told, List<String> muted) {
    static Cause of(String name, String told, String... muted) {
      return new Cause(name, told, List.of(muted));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Cause> causes() {
    return Stream.of(
        Cause.of("lost layer of an image", CHAIN_BROKEN, "DockerImageLayerUnusable layer_missing"),
        Cause.of("empty layer of an image", CHAIN_BROKEN, "DockerImagePullBlocked layer_empty"),
        Cause.of(
            "cut configuration",
            CHAIN_BROKEN,
            "DockerImageConfigCorrupt image_config_digest_mismatch"),
        Cause.of(
            "driver's disk not mounted",
            "DockerImageDriverDirectoryEmpty driver_directory_empty",
            CHAIN_BROKEN),
        Cause.of(
            "lost index of an image",
            "DockerImageListingFails blob_missing",
            CHAIN_BROKEN,
            "DockerImageBlobDamaged blob_missing"),
        Cause.of(
            "ring of layers", "DockerImageDaemonWillNotStart layer_parent_cycle", CHAIN_BROKEN),
        Cause.of(
            "list of names cut short",
            "DockerImageDaemonWillNotStart references_invalid",
            "DockerImageReferenceDangling reference_dangling",
            "DockerImageLeftovers stray_entry"),
        Cause.of(
            "disk not mounted", "DockerImageDataRootStateChanged", "DockerImageDataRootUnseen"),
        Cause.of(
            "move to containerd", "DockerImageDataRootStateChanged", "DockerImageContainerdStore"),
        Cause.of(
            "many interrupted pulls",
            "DockerImageOrphanBytesLarge",
            "DockerImageOrphanBytesGrowing",
            "DockerImageLeftovers orphan_directory"),
        Cause.of("failing disk", "DockerImageScanFailing", "DockerImageScanStale"));
  }

  @BeforeAll
  static void start() throws IOException {
    webhook = Webhook.start();
    alertmanager = Alertmanager.start(directory, webhook.url());
  }

  @AfterAll
  static void stop() throws IOException {
    alertmanager.close();
    webhook.close();
  }

  @ParameterizedTest
  @MethodSource("causes")
  void oneCauseIsToldOnce(Cause cause) throws IOException, InterruptedException {
    alertmanager.fire(
        Stream.concat(Stream.of(cause.told()), cause.muted().stream())
            .map(alert -> labels(alert, cause.name()))
            .toList());

    awaitTold(cause.name());
    assertThat(alertsOf(cause.name()).filter(alert -> isMuted(alert)).map(InhibitionIT::alertname))
        .containsExactlyInAnyOrderElementsOf(
            cause.muted().stream().map(alert -> alert.split(" ", 2)[0]).toList());
    assertThat(toldOf(cause.name())).containsOnly(cause.told().split(" ", 2)[0]);
  }

  @Test
  void brokenListOfNamesDoesNotHideBrokenChains() throws IOException, InterruptedException {
    String host = "two causes";
    alertmanager.fire(
        List.of(
            labels("DockerImageDaemonWillNotStart references_invalid", host),
            labels(CHAIN_BROKEN, host)));

    awaitTold(host);
    assertThat(alertsOf(host)).noneMatch(InhibitionIT::isMuted);
  }

  @Test
  void brokenChainDoesNotHideWrongData() throws IOException, InterruptedException {
    String host = "unusable and wrong";
    alertmanager.fire(
        List.of(
            labels(CHAIN_BROKEN, host), labels("DockerImageWrongData chain_id_mismatch", host)));

    awaitTold(host);
    assertThat(alertsOf(host)).hasSize(2).noneMatch(InhibitionIT::isMuted);
  }

  @Test
  void otherHostIsNotMuted() throws IOException, InterruptedException {
    alertmanager.fire(
        List.of(
            labels(CHAIN_BROKEN, "one host"),
            labels("DockerImageLayerUnusable layer_missing", "other host")));

    awaitTold("other host");
    assertThat(toldOf("other host")).containsOnly("DockerImageLayerUnusable");
  }

  /// By the time that somebody is told, it is decided who is muted.
  private static void awaitTold(String instance) {
    await(instance).atMost(PATIENCE).until(() -> !toldOf(instance).isEmpty());
  }

  private static List<String> toldOf(String instance) {
    return webhook.alerts().stream()
        .filter(alert -> alert.at("/labels/instance").asText().equals(instance))
        .map(InhibitionIT::alertname)
        .toList();
  }

  private static Stream<JsonNode> alertsOf(String instance)
      throws IOException, InterruptedException {
    return alertmanager.alerts().stream()
        .filter(alert -> alert.at("/labels/instance").asText().equals(instance));
  }

  private static boolean isMuted(JsonNode alert) {
    return !alert.at("/status/inhibitedBy").isEmpty();
  }

  private static String alertname(JsonNode alert) {
    return alert.at("/labels/alertname").asText();
  }

  /// As Prometheus sends them; the severity is one that is told, so that only inhibition mutes.
  private static Map<String, String> labels(String alert, String instance) {
    String[] nameAndProblem = (alert + " ").split(" ", -1);
    return Map.of(
        "alertname",
        nameAndProblem[0],
        "problem",
        nameAndProblem[1],
        "severity",
        "warning",
        "job",
        Fleet.JOB,
        "instance",
        instance,
        "driver",
        "overlay2");
  }
}
