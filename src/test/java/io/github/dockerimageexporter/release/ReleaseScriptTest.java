package io.github.dockerimageexporter.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Program.Outcome;
import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `bin/release` does apart from building, in a project of three files.
class ReleaseScriptTest {
  private static final Outcome DONE = new Outcome(0, "", "");

  @TempDir private Path project;
  private Path files;
  private final Map<String, String> environment = new HashMap<>(Map.of("RELEASE_TAG", ""));

  @BeforeEach
  void project() throws IOException {
    Files.createDirectory(project.resolve("bin"));
    Files.copy(Path.of("bin/release"), project.resolve("bin/release"));
    write(
        "pom.xml",
        """
        <project>
          <version>1.2.3</version>
          <dependency>
            <version>9</version>
          </dependency>
        </project>
        """);
    write(
        "CHANGELOG.md",
        """
        # Changelog

        ## Unreleased

        * next

        ## 1.2.3 - 2026-11-30

        ### New

        * this

        ## 1.2.2 - 2026-10-31

        * before
        """);
    files = Files.createDirectory(project.resolve("files"));
    write("files/archive.tar.gz", "archive");
    write("files/name with a space", "package");
  }

  @Test
  void notesAreTheSectionOfTheVersion() throws IOException, InterruptedException {
    assertThat(release("notes")).isEqualTo(new Outcome(0, "### New\n\n* this", ""));
  }

  @Test
  void rehearsalTakesWhatIsUnreleasedWhereTheVersionHasNoSection()
      throws IOException, InterruptedException {
    write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n* next\n");

    assertThat(release("notes")).isEqualTo(new Outcome(0, "* next", ""));
  }

  @Test
  void linksOfTheNotesLeadToTheDocumentsOfTheVersion() throws IOException, InterruptedException {
    write("CHANGELOG.md", "## 1.2.3 - 2026-11-30\n\n* [upgrade](docs/operations.md#upgrade)\n");

    assertThat(release("notes").output())
        .matches("\\* \\[upgrade]\\(https://\\S+/blob/v1\\.2\\.3/docs/operations\\.md#upgrade\\)");
  }

  @Test
  void tagOfAnotherVersionIsRefused() throws IOException, InterruptedException {
    environment.put("RELEASE_TAG", "v1.2.4");

    assertThat(release("notes"))
        .isEqualTo(
            new Outcome(1, "", "bin/release: the tag is v1.2.4, but pom.xml has version 1.2.3"));
  }

  @Test
  void tagNeedsASectionWithADate() throws IOException, InterruptedException {
    environment.put("RELEASE_TAG", "v1.2.3");
    assertThat(release("notes").status()).isZero();

    write("CHANGELOG.md", "## 1.2.3\n\n* this\n");
    assertThat(release("notes"))
        .isEqualTo(
            new Outcome(1, "", "bin/release: CHANGELOG.md has no section 1.2.3 with a date"));
  }

  @Test
  void nothingIsSignedWithoutAKey() throws IOException, InterruptedException {
    environment.put("RELEASE_KEY", "");

    assertThat(release("sign", "files"))
        .isEqualTo(
            new Outcome(
                1,
                "",
                "bin/release: RELEASE_KEY must name the file of a private key"
                    + " (ssh-keygen -t ed25519)"));
  }

  @Requires(Requirement.SSH_KEYGEN)
  @Test
  void signedFilesAreVerified() throws IOException, InterruptedException {
    sign();

    assertThat(Files.readAllLines(files.resolve("SHA256SUMS")))
        .extracting(line -> line.substring(66))
        .containsExactly("archive.tar.gz", "name with a space");
    assertThat(release("verify", "files")).isEqualTo(DONE);
  }

  @Requires(Requirement.SSH_KEYGEN)
  @Test
  void signingAgainTakesWhatIsThereNow() throws IOException, InterruptedException {
    sign();
    Files.delete(files.resolve("archive.tar.gz"));

    sign();

    assertThat(Files.readAllLines(files.resolve("SHA256SUMS")))
        .extracting(line -> line.substring(66))
        .containsExactly("name with a space");
    assertThat(release("verify", "files")).isEqualTo(DONE);
  }

  @Requires(Requirement.SSH_KEYGEN)
  @Test
  void changedFileIsFound() throws IOException, InterruptedException {
    sign();
    write("files/archive.tar.gz", "another");

    var outcome = release("verify", "files");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.output()).isEqualTo("archive.tar.gz: FAILED");
    assertThat(outcome.complaints())
        .endsWith("bin/release: files: a file is not what SHA256SUMS says");
  }

  @Requires(Requirement.SSH_KEYGEN)
  @Test
  void changedSumsAreFound() throws IOException, InterruptedException {
    sign();
    Path sums = files.resolve("SHA256SUMS");
    Files.write(sums, Files.readAllLines(sums).subList(0, 1));

    var outcome = release("verify", "files");

    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.complaints())
        .endsWith(
            "bin/release: files: SHA256SUMS.sig is not a signature of SHA256SUMS by"
                + " docker-image-exporter");
  }

  private void sign() throws IOException, InterruptedException {
    Path key = project.resolve("key");
    if (!Files.exists(key)) {
      Program.of("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString()).run();
    }
    environment.put("RELEASE_KEY", key.toString());
    assertThat(release("sign", "files")).isEqualTo(DONE);
  }

  private Outcome release(String... arguments) throws IOException, InterruptedException {
    var command =
        new ArrayList<String>(List.of("sh", "-c", "cd \"$0\" && exec bin/release \"$@\""));
    command.add(project.toString());
    command.addAll(List.of(arguments));
    return new Program(environment, command).outcome();
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(project.resolve(file), text);
  }
}
