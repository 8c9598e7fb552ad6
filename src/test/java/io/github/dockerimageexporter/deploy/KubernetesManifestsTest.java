package io.github.dockerimageexporter.deploy;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.release.ProjectVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The manifests are what Kubernetes' and the Prometheus Operator's types say, and fit together.
class KubernetesManifestsTest {
  private static final Map<String, Class<?>> TYPES =
      Map.of(
          "Namespace", Namespace.class,
          "ServiceAccount", ServiceAccount.class,
          "DaemonSet", DaemonSet.class,
          "NetworkPolicy", NetworkPolicy.class,
          "PodMonitor", PodMonitor.class,
          "PrometheusRule", PrometheusRule.class);

  /// Refuses fields that a type does not have, which the types themselves would collect.
  private static final JsonMapper STRICT =
      JsonMapper.builder().annotationIntrospector(new NoUnknownFields()).build();

  private static final class NoUnknownFields extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1L;

    @Override
    public Boolean hasAnySetter(Annotated member) {
      return false;
    }
  }

  static List<Path> manifests() throws IOException {
    return DeployFiles.yamlFiles("kubernetes").stream()
        .filter(file -> !file.endsWith("kustomization.yaml"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void everyFieldIsOneOfItsType(Path manifest) throws IOException {
    JsonNode content = DeployFiles.read(manifest);
    Class<?> type = TYPES.get(content.get("kind").asText());

    assertThat(type).isNotNull();
    assertThat(STRICT.treeToValue(content, type)).isNotNull();
  }

  @Test
  void fieldThatDoesNotExistIsRefused() {
    JsonNode content = DeployFiles.read("kubernetes/daemonset.yaml");
    ((ObjectNode) content.at("/spec/template/spec")).put("nodeSelektor", "");

    assertThatThrownBy(() -> STRICT.treeToValue(content, DaemonSet.class))
        .isInstanceOf(UnrecognizedPropertyException.class)
        .hasMessageContaining("nodeSelektor");
  }

  @Test
  void kustomizationListsEveryManifest() throws IOException {
    assertThat(DeployFiles.read("kubernetes/kustomization.yaml").get("resources"))
        .extracting(JsonNode::asText)
        .containsExactlyInAnyOrderElementsOf(
            manifests().stream().map(file -> String.valueOf(file.getFileName())).toList());
  }

  @Requires(Requirement.KUBECTL)
  @Test
  void kustomizationBuildsWithTheImageOfTheRelease() throws IOException, InterruptedException {
    String built =
        Program.of("kubectl", "kustomize", DeployFiles.path("kubernetes").toString()).run();

    List<JsonNode> objects = DeployFiles.documents(built);
    assertThat(objects.stream().map(object -> object.get("kind").asText()))
        .containsExactlyInAnyOrderElementsOf(TYPES.keySet());
    assertThat(objects)
        .filteredOn(object -> object.get("kind").asText().equals("DaemonSet"))
        .extracting(object -> object.at("/spec/template/spec/containers/0/image").asText())
        .containsExactly(
            "ghcr.io/docker-image-exporter/docker-image-exporter:" + ProjectVersion.name());
  }

  @Test
  void rulesAreThoseOfPrometheus() {
    List<JsonNode> groups =
        Stream.of("prometheus/rules.yaml", "prometheus/alerts.yaml")
            .flatMap(file -> DeployFiles.read(file).get("groups").valueStream())
            .toList();

    assertThat(DeployFiles.read("kubernetes/prometheusrule.yaml").at("/spec/groups"))
        .containsExactlyElementsOf(groups);
  }

  @Test
  void podHasNoCapabilityNoTokenAndWritesNothing() throws JsonProcessingException {
    PodSpec pod = daemonSet().getSpec().getTemplate().getSpec();
    var container = pod.getContainers().getFirst();
    var security = container.getSecurityContext();

    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(pod.getContainers()).hasSize(1);
    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(security.getCapabilities().getAdd()).isEmpty();
    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
    assertThat(security.getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getVolumeMounts()).allMatch(mount -> mount.getReadOnly());
    assertThat(Stream.of(pod.getHostNetwork(), pod.getHostPID(), pod.getHostIPC()))
        .containsOnlyNulls();
  }

  @Test
  void nodesDirectoriesAreMountedWhereTheyAreAndContainerdMayBeAbsent()
      throws JsonProcessingException {
    PodSpec pod = daemonSet().getSpec().getTemplate().getSpec();
    Map<String, String> mounted =
        pod.getContainers().getFirst().getVolumeMounts().stream()
            .collect(toMap(VolumeMount::getName, VolumeMount::getMountPath));

    assertThat(pod.getVolumes())
        .map(
            volume ->
                List.of(
                    String.valueOf(mounted.get(volume.getName())),
                    volume.getHostPath().getPath(),
                    volume.getHostPath().getType()))
        .containsExactly(
            List.of("/var/lib/docker", "/var/lib/docker", "Directory"),
            List.of("/var/lib/containerd", "/var/lib/containerd", "DirectoryOrCreate"),
            List.of("/etc/containerd", "/etc/containerd", "DirectoryOrCreate"));
  }

  @Test
  void selectorsAndPortsMeet() throws JsonProcessingException {
    var template = daemonSet().getSpec().getTemplate();
    Map<String, String> labels = template.getMetadata().getLabels();
    String port = template.getSpec().getContainers().getFirst().getPorts().getFirst().getName();
    var monitor = read("podmonitor.yaml", PodMonitor.class).getSpec();
    var policy = read("networkpolicy.yaml", NetworkPolicy.class).getSpec();

    assertThat(
            List.of(
                daemonSet().getSpec().getSelector().getMatchLabels(),
                monitor.getSelector().getMatchLabels(),
                policy.getPodSelector().getMatchLabels()))
        .containsOnly(labels);
    assertThat(monitor.getPodMetricsEndpoints().getFirst().getPort()).isEqualTo(port);
    assertThat(policy.getIngress().getFirst().getPorts().getFirst().getPort().getStrVal())
        .isEqualTo(port);
  }

  private static DaemonSet daemonSet() throws JsonProcessingException {
    return read("daemonset.yaml", DaemonSet.class);
  }

  private static <T> T read(String file, Class<T> type) throws JsonProcessingException {
    return STRICT.treeToValue(DeployFiles.read("kubernetes/" + file), type);
  }
}
