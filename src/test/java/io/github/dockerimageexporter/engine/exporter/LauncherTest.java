package io.github.dockerimageexporter.engine.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which Java the launcher finds, and with what arguments it becomes it.
///
/// The Java installations are directories as real ones look to the launcher; their `java` prints
/// where it is installed, its arguments, and `end`, one a line.
class LauncherTest {
  private static final Path SOURCE = Path.of("src/main/dist/bin/docker-image-exporter");

  @TempDir private Path directory;
  private Path home;
  private Path launcher;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void distribution() throws IOException {
    // Resolved, since the launcher resolves its own.
    home = Files.createDirectory(directory.toRealPath().resolve("with space"));
    launcher = home.resolve("bin/docker-image-exporter");
    Files.createDirectories(launcher.getParent());
    Files.copy(SOURCE, launcher);
    Files.createDirectory(home.resolve("lib"));
    environment.put("PATH", "/nowhere:" + readlinkOnly());
    environment.put("JAVA_HOME", "");
    environment.put("JAVA_OPTS", "");
    environment.put("DOCKER_IMAGE_EXPORTER_JVMS", directory + "/jvms");
  }

  @Test
  void argumentsReachTheJarByItsAbsolutePath() throws IOException, InterruptedException {
    environment.put("JAVA_HOME", java("home", "25.0.1"));

    assertThat(launch("check", "--format=json", "a b", ""))
        .containsExactly(
            "java of home",
            "@" + home + "/lib/java.options",
            "-jar",
            home + "/lib/docker-image-exporter.jar",
            "check",
            "--format=json",
            "a b",
            "",
            "end");
  }

  @Test
  void bundledRuntimeWins() throws IOException, InterruptedException {
    environment.put("JAVA_HOME", java("home", "25"));
    java("with space/runtime", "25");

    assertThat(launch()).startsWith("java of with space/runtime");
  }

  @Test
  void javaHomeGoesBeforePath() throws IOException, InterruptedException {
    environment.put("JAVA_HOME", java("home", "26"));
    environment.put("PATH", java("other", "25") + "/bin:" + readlinkOnly());

    assertThat(launch()).startsWith("java of home");
  }

  @Test
  void oldJavaHomeIsPassedOverForALinkOnPath() throws IOException, InterruptedException {
    environment.put("JAVA_HOME", java("home", "17.0.15"));
    Path link = Files.createDirectory(directory.resolve("path")).resolve("java");
    Files.createSymbolicLink(link, Path.of(java("linked", "25.0.3+9")).resolve("bin/java"));
    environment.put("PATH", link.getParent() + ":" + readlinkOnly());

    assertThat(launch()).startsWith("java of linked");
  }

  @Test
  void oldJavaOnPathIsPassedOverForANewInstallation() throws IOException, InterruptedException {
    environment.put("PATH", java("old", "1.8.0_402") + "/bin:" + readlinkOnly());
    java("jvms/java-17", "17.0.15");
    java("jvms/temurin-25", "25.0.1");

    assertThat(launch()).startsWith("java of jvms/temurin-25");
  }

  @Test
  void withoutANewJavaItSaysWhatToInstall() throws IOException {
    environment.put("JAVA_HOME", java("home", "24.0.2"));

    assertThatThrownBy(this::launch)
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith(
            "status 1, expected 0:\ndocker-image-exporter: no Java 25 or newer found;"
                + " install one (Temurin 25, openjdk-25-jre-headless) or set JAVA_HOME");
  }

  @Test
  void linksToTheLauncherAreFollowed() throws IOException, InterruptedException {
    environment.put("JAVA_HOME", java("home", "25"));
    Files.createSymbolicLink(directory.resolve("absolute"), launcher);
    Path relative = directory.resolve("relative");
    Files.createSymbolicLink(relative, Path.of("absolute"));
    List<String> direct = launch("--version");

    assertThat(lines(relative.toString(), "--version")).isEqualTo(direct);
  }

  @Test
  void relativePathLeadsToTheSameCommandLine() throws IOException, InterruptedException {
    environment.put("JAVA_HOME", java("home", "25"));
    List<String> direct = launch();

    assertThat(lines("sh", "-c", "cd \"$0/bin\" && ./docker-image-exporter", home.toString()))
        .isEqualTo(direct);
  }

  @Test
  void optionsOfTheEnvironmentComeLast() throws IOException, InterruptedException {
    environment.put("JAVA_HOME", java("home", "25"));
    environment.put("JAVA_OPTS", "-Xmx1g -Da=*");
    environment.put("DOCKER_IMAGE_EXPORTER_JAVA_OPTS", "-Xmx2g");

    assertThat(launch()).containsSequence("-Xmx1g", "-Da=*", "-Xmx2g", "-jar");
  }

  @Test
  void aotCacheIsUsedIfThere() throws IOException, InterruptedException {
    environment.put("JAVA_HOME", java("home", "25"));
    assertThat(launch()).noneMatch(argument -> argument.contains("AOT"));

    Path cache = Files.createFile(home.resolve("lib/docker-image-exporter.aot"));

    assertThat(launch()).contains("-XX:AOTCache=" + cache);
  }

  /// Without a shell in it, the image starts Java itself.
  @Test
  void containerImageStartsWhatTheLauncherStarts() throws IOException, InterruptedException {
    java("with space/runtime", "25");
    Files.createFile(home.resolve("lib/docker-image-exporter.aot"));
    String installed = "/usr/lib/docker-image-exporter";

    List<String> launched = new ArrayList<>(launch());
    launched.set(0, home + "/runtime/bin/java");
    launched.replaceAll(part -> part.replace(home.toString(), installed));
    launched.removeLast();

    assertThat(dockerfileCommand("ENTRYPOINT")).isEqualTo(launched);
    launched.add("healthcheck");
    assertThat(dockerfileCommand("  CMD")).isEqualTo(launched);
  }

  @Test
  void containerImageLimitsTheArenasOfGlibcAsTheLauncherDoes() throws IOException {
    Pattern limit = Pattern.compile("MALLOC_ARENA_MAX(?::-|=)(\\d+)");

    assertThat(first(limit, "Dockerfile")).isEqualTo(first(limit, SOURCE.toString()));
  }

  private static List<String> dockerfileCommand(String instruction) throws IOException {
    String json = first(Pattern.compile("(?m)^" + instruction + " (\\[[^\\]]*\\])"), "Dockerfile");
    var command = new ArrayList<String>();
    new ObjectMapper()
        .readTree(json.replace("\\\n", ""))
        .forEach(part -> command.add(part.asText()));
    return command;
  }

  private static String first(Pattern pattern, String file) throws IOException {
    Matcher found = pattern.matcher(Files.readString(Path.of(file)));
    assertThat(found.find()).as(file + " has " + pattern).isTrue();
    return found.group(1);
  }

  private List<String> launch(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    return lines(command.toArray(String[]::new));
  }

  private List<String> lines(String... command) throws IOException, InterruptedException {
    String output = new Program(environment, List.of(command)).run();
    return List.of(output.split("\n", -1));
  }

  /// Makes a Java installation at `name`, and returns its home.
  private String java(String name, String version) throws IOException {
    Path installation = Files.createDirectories(directory.toRealPath().resolve(name));
    Files.writeString(
        installation.resolve("release"),
        "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"\n");
    Path java = Files.createDirectories(installation.resolve("bin")).resolve("java");
    writeProgram(java, "printf '%s\\n' 'java of " + name + "' \"$@\" end");
    return installation.toString();
  }

  /// A directory for PATH with the only program the launcher may need.
  private Path readlinkOnly() throws IOException {
    Path programs = Files.createDirectories(directory.resolve("programs"));
    writeProgram(programs.resolve("readlink"), "exec /bin/readlink \"$@\"");
    return programs;
  }

  private static void writeProgram(Path program, String script) throws IOException {
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
