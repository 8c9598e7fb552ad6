package io.github.dockerimageexporter.release.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dockerimageexporter.deploy.DeployFiles;
import io.github.dockerimageexporter.engine.EngineKind;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.release.DebianMachine;
import io.github.dockerimageexporter.release.ReleaseFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The image, the stack of Compose and the pod of Kubernetes, by the documents: install, see that
/// all is well, be alerted of damage, repair it by the plan, see it clear, upgrade, remove.
@Trial.Required
@Requires({Requirement.KUBECTL, Requirement.BUSYBOX})
class ContainerTrialIT {
  /// How the image is built where nothing can be downloaded.
  private static final String BUILD =
      "docker build --network=none --build-arg ARCHIVE=given --build-arg BASE_IMAGE=debian:1";

  private static final String SECTION = "### Container image";
  private static final String PROGRAM = "/usr/local/bin/docker-image-exporter";

  /// How the image comes to be run on a host, and is removed again. All are run where the sources
  /// are.
  enum Way {
    IMAGE {
      @Override
      String install() {
        return Documents.below(SECTION).replaceFirst("docker build .*\n", "");
      }

      @Override
      String upgrade() {
        return "docker rm --force docker-image-exporter\n" + install();
      }

      @Override
      String remove() {
        return Documents.row("## Uninstall", "container");
      }
    },
    COMPOSE {
      private static final String FILE = "-f deploy/compose/exporter.yaml ";

      @Override
      String install() {
        return "docker compose " + FILE + "up --detach";
      }

      @Override
      String upgrade() {
        return "docker compose " + FILE + "up --detach --force-recreate";
      }

      @Override
      String remove() {
        return "docker compose " + FILE + "down --rmi all";
      }
    },
    KUBERNETES {
      @Override
      String install() throws IOException, InterruptedException {
        Pod pod = Pod.ofTheManifests();
        return "docker tag %s %s\n%s".formatted(image(), pod.image(), pod.run("pod"));
      }

      @Override
      String upgrade() throws IOException, InterruptedException {
        return "docker rm --force pod\n" + install();
      }

      @Override
      String remove() throws IOException, InterruptedException {
        return "docker rm --force pod\ndocker rmi %s %s"
            .formatted(image(), Pod.ofTheManifests().image());
      }
    };

    abstract String install() throws IOException, InterruptedException;

    abstract String upgrade() throws IOException, InterruptedException;

    abstract String remove() throws IOException, InterruptedException;
  }

  @TempDir private static Path directory;
  private static DebianMachine machine;
  private static Trial trial;

  @BeforeAll
  static void bootWithTheSources() throws IOException, InterruptedException {
    machine = DebianMachine.bootForContainers(directory);
    Path sources = Files.createDirectories(machine.root().resolve("root/sources"));
    Program.of("cp", "-r", "Dockerfile", "deploy", sources.toString()).run();
    Path target = Files.createDirectory(sources.resolve("target"));
    Path archive = ReleaseFiles.archive();
    Files.copy(archive, target.resolve(archive.getFileName()));
    machine.run("tar -C /mnt --exclude=./usr/share/doc -c . | docker import - debian:1");
    trial = Trial.on(machine, directory);
  }

  @AfterAll
  static void powerOff() throws IOException {
    machine.close();
  }

  @BeforeEach
  void buildTheImage() throws IOException, InterruptedException {
    inTheSources(
        Documents.below(SECTION)
            .replaceFirst("(?s)\ndocker run .*", "")
            .replace("docker build", BUILD));
    // Plans start it again: more often in a minute than systemd lets pass.
    machine.run("systemctl reset-failed docker.service");
    machine.run(Documents.block(SECTION, "cat >"));
  }

  @ParameterizedTest
  @EnumSource
  void aHostIsWatchedFromInstallationToRemoval(Way way) throws IOException, InterruptedException {
    inTheSources(way.install());
    trial.assertHealthy();
    trial.watchThroughDamage(directory.resolve(way.name()));
    String before = containers();
    inTheSources(way.upgrade());
    assertThat(containers()).hasSameSizeAs(before).isNotEqualTo(before);
    trial.assertHealthy();

    inTheSources(way.remove() + "\nrm " + PROGRAM);
    assertThat(containers()).isEmpty();
    assertThat(machine.run("docker image ls --quiet | wc --lines")).isEqualTo("2");
    assertThat(trial.service().remains()).isEmpty();
    trial.assertImageIsThere();
  }

  /// With today's image under the name that those commands have.
  @ParameterizedTest
  @EnumSource(names = {"IMAGE", "COMPOSE"})
  void whatWasStartedByTheCommandsOfTheFirstReleaseWorksAndIsUpgraded(Way way)
      throws IOException, InterruptedException {
    String first = "docker-image-exporter:" + FirstRelease.VERSION;
    machine.run("docker tag %s %s".formatted(image(), first));
    inTheSources(way == Way.IMAGE ? FirstRelease.text("container.sh") : firstCompose());
    trial.assertHealthy();

    inTheSources(way.upgrade());
    trial.assertHealthy();
    assertThat(machine.run("docker ps --format '{{.Image}}'")).isEqualTo(image());

    inTheSources(way.remove());
    machine.run("docker rmi " + first);
  }

  /// All but Grafana, with this machine's Prometheus and Alertmanager in place of their images, and
  /// alerts that do not wait.
  @Test
  void stackOfComposeAlertsByItself() throws IOException, InterruptedException {
    assumeTrue(EngineKind.isThorough());
    String compose = "docker compose -f deploy/compose/compose.yaml ";
    makeImagesOfTheStack();
    inTheSources(
        "sed -i 's/for: 2m$/for: 0s/' deploy/prometheus/alerts.yaml\n"
            + compose
            + "up --detach exporter prometheus alertmanager");
    trial.assertHealthy();

    trial.damage();
    await()
        .until(
            () ->
                machine
                    .run(
                        "cd /root/sources; %s exec -T alertmanager wget -q -O - %s"
                            .formatted(compose, "http://localhost:9093/api/v2/alerts"))
                    .contains("\"alertname\":\"DockerImageChainBroken\""));
    trial.repair();
    trial.assertHealthy();

    inTheSources(Documents.row("## Uninstall", "Compose").replace("\n", " ") + " --rmi all");
    assertThat(containers()).isEmpty();
    assertThat(machine.run("docker volume ls --quiet")).isEmpty();
  }

  private static void makeImagesOfTheStack() throws IOException, InterruptedException {
    Path context = Files.createDirectory(machine.root().resolve("root/stack"));
    for (Requirement program :
        List.of(Requirement.PROMETHEUS, Requirement.ALERTMANAGER, Requirement.BUSYBOX)) {
      Files.copy(program.file(), context.resolve(program.file().getFileName()));
    }
    Program.of("cp", "-rL", "/usr/share/prometheus/alertmanager", context.toString()).run();
    Files.writeString(
        context.resolve("Dockerfile"),
        """
        FROM debian:1 AS programs
        COPY prometheus prometheus-alertmanager busybox /bin/
        COPY alertmanager /usr/share/prometheus/alertmanager
        RUN ln -s busybox /bin/wget && mkdir -m 777 /prometheus /alertmanager
        FROM programs AS prometheus
        ENTRYPOINT ["/bin/prometheus"]
        FROM programs AS alertmanager
        ENTRYPOINT ["/bin/prometheus-alertmanager"]
        """);
    for (String service : List.of("prometheus", "alertmanager")) {
      String image =
          DeployFiles.read("compose/compose.yaml")
              .at("/services/%s/image".formatted(service))
              .asText();
      machine.run(
          "docker build --network=none --target=%s --tag=%s /root/stack".formatted(service, image));
    }
  }

  private static String firstCompose() throws IOException {
    Path file = machine.root().resolve("root/sources/deploy/compose/first.yaml");
    Files.writeString(file, FirstRelease.text("exporter.yaml"));
    return "docker compose -f deploy/compose/first.yaml up --detach";
  }

  private static void inTheSources(String script) throws IOException, InterruptedException {
    machine.run("set -e; cd /root/sources\n" + script);
  }

  private static String containers() throws IOException, InterruptedException {
    return machine.run("docker ps --all --quiet");
  }

  /// The name that the documents give the image.
  private static String image() {
    return DeployFiles.read("compose/exporter.yaml").at("/services/exporter/image").asText();
  }
}
