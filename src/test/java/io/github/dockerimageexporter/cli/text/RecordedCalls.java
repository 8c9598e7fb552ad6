package io.github.dockerimageexporter.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a real shell calls that runs the scripts of plans, with functions that only tell of their
/// arguments. No script may print anything, fail, or make a file `pwned`.
final class RecordedCalls {
  record Call(String function, List<String> arguments) {}

  private RecordedCalls() {}

  /// What each of `scripts` calls, which are run below `directory`, by one shell each.
  ///
  /// @param functions those that every script defines
  static Map<String, List<Call>> of(String functions, List<String> scripts, Path directory)
      throws IOException, InterruptedException {
    String recorders = recorders(functions, directory);
    var works = new LinkedHashMap<Path, String>();
    for (String script : scripts) {
      Path work = Files.createTempDirectory(directory, "work");
      Files.writeString(work.resolve("plan.sh"), recorders + script.replace(functions, ""));
      Files.createFile(work.resolve("record"));
      works.put(work, script);
    }

    runAll(works.keySet());

    var calls = new LinkedHashMap<String, List<Call>>();
    for (var work : works.entrySet()) {
      assertThat(work.getKey().resolve("outcome")).as(work.getValue()).hasContent("0");
      assertThat(work.getKey().resolve("pwned")).doesNotExist();
      assertThat(work.getKey().resolve("plan.sh")).exists();
      calls.put(work.getValue(), parse(Files.readString(work.getKey().resolve("record"))));
    }
    return calls;
  }

  /// Runs the plan in each of `works`, where `outcome` gets all it prints, and its status.
  private static void runAll(Collection<Path> works) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                "sh",
                "-c",
                """
                for work; do
                  (cd -- "$work" && RECORD=$work/record exec sh plan.sh >outcome 2>&1)
                  echo $? >>"$work/outcome"
                done
                """,
                "sh"));
    works.forEach(work -> command.add(work.toString()));

    assertThat(Program.of(command.toArray(String[]::new)).outcome())
        .isEqualTo(new Program.Outcome(0, "", ""));
  }

  private static String recorders(String functions, Path directory) throws IOException {
    Path bin = Files.createTempDirectory(directory, "bin");
    Path exporter =
        Files.writeString(
            bin.resolve("docker-image-exporter"),
            "#!/bin/sh\n" + recorder("told") + "told \"$@\"\n");
    Files.setPosixFilePermissions(exporter, PosixFilePermissions.fromString("rwx------"));
    return Stream.concat(
            Pattern.compile("^([a-z_0-9]+)\\(\\)", Pattern.MULTILINE)
                .matcher(functions)
                .results()
                .map(match -> match.group(1)),
            Stream.of("cd", "stat", "pwd"))
        .map(RecordedCalls::recorder)
        .collect(Collectors.joining("", "PATH=" + bin + "\n", ""));
  }

  private static String recorder(String name) {
    return "%s() { printf '%%s\\0' \"$#\" %s \"$@\" >>\"$RECORD\"; }\n".formatted(name, name);
  }

  private static List<Call> parse(String record) {
    List<String> words = List.of(record.split("\u0000", -1));
    var calls = new ArrayList<Call>();
    for (int i = 0; i + 1 < words.size(); ) {
      int end = i + 2 + Integer.parseInt(words.get(i));
      String function =
          words.get(i + 1).equals("told") ? "docker-image-exporter" : words.get(i + 1);
      calls.add(new Call(function, words.subList(i + 2, end)));
      i = end;
    }
    return calls;
  }
}
