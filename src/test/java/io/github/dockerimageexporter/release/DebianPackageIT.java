package io.github.dockerimageexporter.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.exporter.Scrape;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The Debian package on a machine without Java, under the systemd that runs there.
@DebianMachine.Required
class DebianPackageIT {
  private static final String PACKAGE = "docker-image-exporter";
  private static final String SETTINGS = "/etc/default/docker-image-exporter";
  private static final String DROP_INS = "/etc/systemd/system/docker-image-exporter.service.d";
  private static final Pattern FLAG = Pattern.compile("--[^\\s,]+(?=\\s)");
  private static final int STRANGER = 1000;

  @TempDir private static Path directory;
  private static DebianMachine machine;
  private static InstalledService service;

  @BeforeAll
  static void bootBesideAStore() throws IOException, InterruptedException {
    machine = DebianMachine.boot(directory);
    service = new InstalledService(machine);
    var store = new SampleStore(machine.root().resolve("var/lib/docker"));
    store.image("app:1", "base", "app");
    Path content = store.content(SampleStore.cacheId("base")).resolve("diff");
    Path closed = Files.createDirectories(content.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    Files.setAttribute(closed, "unix:uid", STRANGER);
    new SampleStore(machine.root().resolve("home/docker")).image("home:1", "home");
    Files.copy(ReleaseFiles.debianPackage(), machine.root().resolve("root/package.deb"));
  }

  @AfterAll
  static void powerOff() throws IOException {
    machine.close();
  }

  @BeforeEach
  void install() throws IOException, InterruptedException {
    machine.run("dpkg --install /root/package.deb");
  }

  @AfterEach
  void purge() throws IOException, InterruptedException {
    machine.run("dpkg --purge " + PACKAGE + " && rm -rf " + DROP_INS);
    machine.run("systemctl daemon-reload && systemctl reset-failed");
  }

  @Test
  void installationEnablesAndStartsNothing() throws IOException, InterruptedException {
    assertThat(service.enablement()).isEqualTo("disabled");
    assertThat(service.activity()).isEqualTo("inactive");
  }

  @Test
  void unitServesTheStoreAndCountsWhatIsClosed() throws IOException, InterruptedException {
    service.start();

    Scrape scrape = service.measured();
    assertThat(scrape.by("state", "docker_data_root_state"))
        .isEqualTo(
            Map.of(
                "graphdriver", 1.0,
                "containerd", 0.0,
                "empty", 0.0,
                "missing", 0.0,
                "unreadable", 0.0));
    assertThat(scrape.value("docker_store_images")).isEqualTo(1);
    assertThat(scrape.sum("docker_store_problems")).isZero();
    assertThat(scrape.value("docker_store_unreadable_paths")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sizes.conf", "dynamic-user.conf"})
  void tiersWithTheCapabilityToReadMeasureEverything(String tier)
      throws IOException, InterruptedException {
    installDropIn(tier);
    service.start();

    Scrape scrape = service.measured();
    assertThat(scrape.value("docker_store_images")).isEqualTo(1);
    assertThat(scrape.value("docker_store_unreadable_paths")).isZero();
  }

  @Test
  void dataRootThatTheUnitHidesIsToldWithTheSetting() throws IOException, InterruptedException {
    machine.run("echo ARGS=--docker.root=/home/docker >>" + SETTINGS);
    service.start();

    assertThat(machine.run("journalctl --unit=docker-image-exporter --output=cat"))
        .containsPattern(
            "level=error .*data_root=/home/docker state=unreadable"
                + " detail=\"hidden by ProtectHome= in the systemd unit; ");
  }

  @Test
  void dropInShowsADataRootThatTheUnitHides() throws IOException, InterruptedException {
    installDropIn("data-root.conf");
    service.start();

    assertThat(service.measured().of("docker_image_reference_info"))
        .extracting(sample -> sample.label("repository"))
        .containsExactly("home");
  }

  @Test
  void aotCacheFitsWhereDpkgPutIt() throws IOException, InterruptedException {
    assertThat(
            machine.run(
                "DOCKER_IMAGE_EXPORTER_JAVA_OPTS=-XX:AOTMode=on docker-image-exporter --version"))
        .startsWith("docker-image-exporter, version ");
  }

  @Test
  void manualTellsEveryFlag() throws IOException, InterruptedException {
    String page =
        machine.run("zcat /usr/share/man/man1/docker-image-exporter.1.gz").replace("\\-", "-");
    String help = machine.run("docker-image-exporter serve --help");

    assertThat(FLAG.matcher(help).results().map(MatchResult::group))
        .contains("--docker.root=DIR", "--[no-]collector.layers")
        .allMatch(page::contains);
  }

  @Test
  void commandsAndFlagsAreCompleted() throws IOException, InterruptedException {
    assertThat(completed("ch")).containsExactly("check", "chain-id");
    assertThat(completed("check", "--us")).containsExactlyInAnyOrder("--usage", "--usage.threads");
    assertThat(completed("--no-c"))
        .containsExactlyInAnyOrder(
            "--no-collector.layers", "--no-collector.image-layers", "--no-collector.containers");
  }

  @Test
  void alertsRulesAndDashboardsAreInstalled() throws IOException, InterruptedException {
    String files =
        machine.run("find /usr/share/docker-image-exporter -type f -perm 644 -printf '%P\\n'");

    assertThat(files.lines()).containsExactlyInAnyOrderElementsOf(ReleaseFiles.sharedNames());
  }

  @Requires(Requirement.LINTIAN)
  @Test
  void lintianHasNothingToSay() throws IOException, InterruptedException {
    String said =
        Program.of(
                "lintian",
                "--profile=debian",
                "--allow-root",
                ReleaseFiles.debianPackage().toString())
            .run();

    assertThat(said).isEmpty();
  }

  @Test
  void changelogIsOfTheVersion() throws IOException, InterruptedException {
    String version = machine.run("dpkg-query --show --showformat '${Version}' " + PACKAGE);

    assertThat(machine.run("zcat /usr/share/doc/docker-image-exporter/changelog.gz"))
        .startsWith("%s (%s) ".formatted(PACKAGE, version));
  }

  @Test
  void settingsReachTheProgram() throws IOException, InterruptedException {
    machine.run("echo ARGS=--no-collector.layers >>" + SETTINGS);
    service.start();

    assertThat(service.measured().of("docker_layer_size_bytes")).isEmpty();
  }

  @Test
  void reloadScansAtOnce() throws IOException, InterruptedException {
    machine.run("echo ARGS=--refresh.interval=1h >>" + SETTINGS);
    service.start();
    double scans = service.measured().value("docker_image_exporter_refreshes_total");

    machine.run("systemctl reload docker-image-exporter");

    await().until(() -> service.metrics().value("docker_image_exporter_refreshes_total") > scans);
  }

  @Test
  void upgradeRestartsWhatRanAndKeepsTheSettings() throws IOException, InterruptedException {
    machine.run("echo ARGS=--no-collector.layers >>" + SETTINGS);
    service.start();
    String before = service.mainPid();

    machine.run("dpkg --install /root/package.deb");

    assertThat(service.activity()).isEqualTo("active");
    assertThat(service.mainPid()).isNotEqualTo(before);
    assertThat(machine.run("tail -n 1 " + SETTINGS)).isEqualTo("ARGS=--no-collector.layers");
  }

  @Test
  void upgradeStartsNothingThatDidNotRun() throws IOException, InterruptedException {
    machine.run("dpkg --install /root/package.deb");

    assertThat(service.activity()).isEqualTo("inactive");
  }

  @Test
  void removalStopsAndDisablesItAndKeepsTheSettings() throws IOException, InterruptedException {
    service.start();

    machine.run("dpkg --remove " + PACKAGE);

    assertThat(service.activity()).isEqualTo("inactive");
    assertThat(service.remains()).isEqualTo(SETTINGS);
  }

  @Test
  void purgeLeavesNothing() throws IOException, InterruptedException {
    service.start();

    machine.run("dpkg --purge " + PACKAGE);

    assertThat(service.remains()).isEmpty();
  }

  /// What bash offers for the last of `words` behind the program's name.
  private static List<String> completed(String... words) throws IOException, InterruptedException {
    String script =
        """
        source /usr/share/bash-completion/completions/docker-image-exporter
        COMP_WORDS=(docker-image-exporter %s)
        COMP_CWORD=%d
        _docker_image_exporter
        printf '%%s\\n' "${COMPREPLY[@]}"
        """
            .formatted(String.join(" ", words), words.length);
    return machine.run(script).lines().toList();
  }

  private static void installDropIn(String name) throws IOException, InterruptedException {
    machine.run(
        "install -D -m 644 /usr/share/doc/docker-image-exporter/deploy/systemd/%1$s %2$s/%1$s"
            .formatted(name, DROP_INS));
    machine.run("systemctl daemon-reload");
  }
}
