package io.github.dockerimageexporter.release.trial;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.dockerimageexporter.deploy.DeployFiles;
import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The pod of the manifests, and how a kubelet on a node with Docker runs it: as a container.
///
/// Its port is published on the loopback address, where a node would route to the pod.
record Pod(JsonNode spec) {
  /// As `kubectl apply --kustomize` would send it.
  static Pod ofTheManifests() throws IOException, InterruptedException {
    String built =
        Program.of("kubectl", "kustomize", DeployFiles.path("kubernetes").toString()).run();
    for (JsonNode object : DeployFiles.documents(built)) {
      if (object.get("kind").asText().equals("DaemonSet")) {
        return new Pod(object.at("/spec/template/spec"));
      }
    }
    throw new IllegalStateException("no DaemonSet in:\n" + built);
  }

  String image() {
    return container().get("image").asText();
  }

  /// The shell commands that start it as a container of this name.
  String run(String name) {
    JsonNode pod = spec.get("securityContext");
    JsonNode security = container().get("securityContext");
    var command =
        new ArrayList<>(
            List.of(
                // What a kubelet does with containers that end.
                "docker run --detach --restart always --name " + name,
                "--user %s:%s".formatted(pod.get("runAsUser"), pod.get("runAsGroup")),
                "--memory "
                    + container().at("/resources/limits/memory").asText().replace("Mi", "m")));
    if (security.get("readOnlyRootFilesystem").asBoolean()) {
      command.add("--read-only");
    }
    if (!security.get("allowPrivilegeEscalation").asBoolean()) {
      command.add("--security-opt no-new-privileges");
    }
    for (JsonNode capability : security.at("/capabilities/drop")) {
      command.add("--cap-drop " + capability.asText());
    }
    for (JsonNode mount : container().get("volumeMounts")) {
      command.add("--mount " + bind(mount));
    }
    for (JsonNode port : container().get("ports")) {
      command.add("--publish 127.0.0.1:%1$s:%1$s".formatted(port.get("containerPort")));
    }
    command.add(image());
    for (JsonNode argument : container().path("args")) {
      command.add(argument.asText());
    }
    return madeDirectories() + "\n" + String.join(" ", command);
  }

  private JsonNode container() {
    return spec.at("/containers/0");
  }

  private String bind(JsonNode mount) {
    String bind =
        "type=bind,source=%s,target=%s"
            .formatted(hostPath(mount.get("name").asText()), mount.get("mountPath").asText());
    return bind
        + (mount.path("readOnly").asBoolean() ? ",readonly" : "")
        + (mount.path("mountPropagation").asText().equals("HostToContainer")
            ? ",bind-propagation=rslave"
            : "");
  }

  private String madeDirectories() {
    return volumes()
        .map(volume -> volume.get("hostPath"))
        .filter(path -> path.get("type").asText().equals("DirectoryOrCreate"))
        .map(path -> "mkdir -p " + path.get("path").asText())
        .collect(Collectors.joining("\n"));
  }

  private String hostPath(String volumeName) {
    return volumes()
        .filter(volume -> volume.get("name").asText().equals(volumeName))
        .map(volume -> volume.at("/hostPath/path").asText())
        .findFirst()
        .orElseThrow();
  }

  private Stream<JsonNode> volumes() {
    return spec.get("volumes").valueStream();
  }
}
