package io.github.dockerimageexporter.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The rpm, installed by rpm on a machine without Java, under the systemd that runs there. The
/// machine is a Debian's, whose C library rpm knows nothing of.
@DebianMachine.Required
class RpmPackageIT {
  private static final String PACKAGE = "docker-image-exporter";
  private static final String SETTINGS = "/etc/sysconfig/docker-image-exporter";
  private static final String RPM = "rpm --force-debian --nodeps ";

  @TempDir private static Path directory;
  private static DebianMachine machine;
  private static InstalledService service;

  @BeforeAll
  static void bootBesideAStore() throws IOException, InterruptedException {
    machine = DebianMachine.boot(directory);
    service = new InstalledService(machine);
    new SampleStore(machine.root().resolve("var/lib/docker")).image("app:1", "base", "app");
    Files.copy(ReleaseFiles.rpm(), machine.root().resolve("root/package.rpm"));
  }

  @AfterAll
  static void powerOff() throws IOException {
    machine.close();
  }

  @BeforeEach
  void install() throws IOException, InterruptedException {
    machine.run(RPM + "--install /root/package.rpm");
  }

  @AfterEach
  void erase() throws IOException, InterruptedException {
    machine.run("rpm --query %1$s >/dev/null && %2$s --erase %1$s; true".formatted(PACKAGE, RPM));
    machine.run("rm -f %s*; systemctl reset-failed".formatted(SETTINGS));
  }

  @Test
  void installationEnablesAndStartsNothing() throws IOException, InterruptedException {
    assertThat(service.enablement()).isEqualTo("disabled");
    assertThat(service.activity()).isEqualTo("inactive");
  }

  @Test
  void unitServesTheStoreWithTheSettings() throws IOException, InterruptedException {
    machine.run("echo ARGS=--no-collector.layers >>" + SETTINGS);
    service.start();

    var scrape = service.measured();
    assertThat(scrape.value("docker_store_images")).isEqualTo(1);
    assertThat(scrape.of("docker_layer_size_bytes")).isEmpty();
  }

  @Test
  void aotCacheFitsWhereRpmPutIt() throws IOException, InterruptedException {
    assertThat(
            machine.run(
                "DOCKER_IMAGE_EXPORTER_JAVA_OPTS=-XX:AOTMode=on docker-image-exporter --version"))
        .startsWith("docker-image-exporter, version ");
  }

  @Test
  void filesAreAsThePackageSays() throws IOException, InterruptedException {
    assertThat(machine.run("rpm --verify --nodeps " + PACKAGE)).isEmpty();
  }

  @Test
  void upgradeRestartsWhatRanAndKeepsTheSettings() throws IOException, InterruptedException {
    machine.run("echo ARGS=--no-collector.layers >>" + SETTINGS);
    service.start();
    String before = service.mainPid();

    machine.run(RPM + "--reinstall /root/package.rpm");

    assertThat(service.activity()).isEqualTo("active");
    assertThat(service.enablement()).isEqualTo("enabled");
    assertThat(service.mainPid()).isNotEqualTo(before);
    assertThat(machine.run("tail -n 1 " + SETTINGS)).isEqualTo("ARGS=--no-collector.layers");
  }

  @Test
  void upgradeStartsNothingThatDidNotRun() throws IOException, InterruptedException {
    machine.run(RPM + "--reinstall /root/package.rpm");

    assertThat(service.activity()).isEqualTo("inactive");
  }

  @Test
  void removalStopsAndDisablesItAndLeavesNothing() throws IOException, InterruptedException {
    service.start();

    machine.run(RPM + "--erase " + PACKAGE);

    assertThat(service.activity()).isEqualTo("inactive");
    assertThat(service.remains()).isEmpty();
  }

  @Test
  void removalKeepsSettingsThatWereChanged() throws IOException, InterruptedException {
    machine.run("echo ARGS=--no-collector.layers >>" + SETTINGS);

    machine.run(RPM + "--erase " + PACKAGE);

    assertThat(service.remains()).isEqualTo(SETTINGS + ".rpmsave");
  }

  @Test
  void requirementsAreAShellAndTheCLibrary() throws IOException, InterruptedException {
    assertThat(machine.run("rpm --query --requires " + PACKAGE).lines())
        .filteredOn(requirement -> !requirement.startsWith("rpmlib("))
        .containsOnly("/bin/sh", "glibc >= 2.17");
  }

  /// Each with its mode, as `rwxr-xr-x /usr/bin/…`, but for what each family of systems has
  /// elsewhere.
  @Test
  void filesAreThoseOfTheDebianPackage() throws IOException, InterruptedException {
    String rpm =
        Program.of(
                "rpm",
                "--nosignature",
                "--query",
                "--package",
                "--queryformat",
                "[%{FILEMODES:perms} %{FILENAMES}\\n]",
                ReleaseFiles.rpm().toString())
            .run();
    String deb =
        Program.of("dpkg-deb", "--contents", ReleaseFiles.debianPackage().toString()).run();
    var ofRpm = new TreeSet<String>(files(rpm.lines()));
    var ofDeb =
        new TreeSet<String>(
            files(deb.lines().map(line -> line.replaceFirst(" .* \\.(/\\S+)( -> .*)?$", " $1"))));

    var common = new TreeSet<String>(ofRpm);
    common.retainAll(ofDeb);
    ofRpm.removeAll(common);
    ofDeb.removeAll(common);
    assertThat(ofRpm)
        .containsExactlyInAnyOrder(
            "-rw-r--r-- /etc/sysconfig/docker-image-exporter",
            "-rw-r--r-- /usr/share/licenses/docker-image-exporter/LICENSE",
            "-rw-r--r-- /usr/share/licenses/docker-image-exporter/copyright",
            "-rw-r--r-- /usr/share/zsh/site-functions/_docker-image-exporter");
    assertThat(ofDeb)
        .containsExactlyInAnyOrder(
            "-rw-r--r-- /etc/default/docker-image-exporter",
            "-rw-r--r-- /usr/share/doc/docker-image-exporter/changelog.gz",
            "-rw-r--r-- /usr/share/doc/docker-image-exporter/copyright",
            "-rw-r--r-- /usr/share/lintian/overrides/docker-image-exporter",
            "-rw-r--r-- /usr/share/zsh/vendor-completions/_docker-image-exporter");
  }

  @Requires(Requirement.RPMLINT)
  @Test
  void rpmlintHasNothingToSay() throws IOException, InterruptedException {
    String said =
        Program.of(
                "rpmlint", "--config", "src/main/rpm/rpmlint.toml", ReleaseFiles.rpm().toString())
            .run();

    assertThat(said).contains("0 errors, 0 warnings");
  }

  private static List<String> files(Stream<String> lines) {
    return lines
        .filter(line -> !line.startsWith("d"))
        .map(line -> line.replaceFirst("^l\\S*", "link")) // Whose mode means nothing.
        .toList();
  }
}
