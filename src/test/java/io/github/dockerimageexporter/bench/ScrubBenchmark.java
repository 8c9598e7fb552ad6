package io.github.dockerimageexporter.bench;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Scanner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The scrub of a layer: shape beside the walk and the reading of the record that there are anyway,
/// content beside `openssl dgst` of the same files by one thread; and what one layer hides of
/// another.
///
/// The rounds run in a virtual machine with the distribution's options, the walk and the scrub in
/// turn.
record ScrubBenchmark(Path distribution, Path work) {
  private static final int ROUNDS = 9;
  private static final int DIRECTORIES = 5_000;
  private static final int FILES_IN_EACH = 10;
  private static final int LARGE_FILES = 64;
  private static final int LARGE = 8 * 1024 * 1024;

  /// What `times` of a shell says of its children.
  private static final Pattern CPU =
      Pattern.compile("(?m)^\\S+ \\S+\\n(\\d+)m([0-9.]+)s (\\d+)m([0-9.]+)s");

  /// What a work takes.
  private record Cost(double cpuSeconds, double wallSeconds) {}

  void run() throws Exception {
    shape();
    content();
  }

  private void shape() throws Exception {
    var layer = new GeneratedLayer(Files.createDirectories(work.resolve("many/layer")));
    for (int i = 0; i < DIRECTORIES; i++) {
      Path directory = layer.content().resolve("directory-%d/below-%d".formatted(i % 70, i));
      Files.createDirectories(directory);
      for (int file = 0; file < FILES_IN_EACH - 1; file++) {
        Files.write(directory.resolve("some-file-" + file), new byte[file * 100]);
      }
      Files.createSymbolicLink(directory.resolve("some-link"), Path.of("some-file-1"));
    }
    layer.record(layer.content());
    List<Cost> costs = scrub(layer, "SHAPE");
    double beside = costs.getFirst().cpuSeconds() * 1e3;
    double shape = costs.get(1).cpuSeconds() * 1e3;
    Figures.ratio("walk, record and shape, 55,000 files: CPU", shape, "ms", "alone", beside, 1.25);
    double hidden = costs.getLast().cpuSeconds() * 1e3;
    Figures.beside("hidden bytes, two such layers: CPU", hidden, "ms", "shape of one", shape);
  }

  private void content() throws Exception {
    var layer = new GeneratedLayer(Files.createDirectories(work.resolve("large/layer")));
    Files.createDirectories(layer.content());
    var bytes = new byte[LARGE];
    var random = new Random(1);
    for (int i = 0; i < LARGE_FILES; i++) {
      random.nextBytes(bytes);
      Files.write(layer.content().resolve("large-" + i), bytes);
    }
    layer.record(layer.content());
    var cpu = new double[ROUNDS];
    var wall = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      Cost cost = openssl(layer.content());
      cpu[round] = cost.cpuSeconds();
      wall[round] = cost.wallSeconds();
    }
    Cost own = scrub(layer, "CONTENT").get(1);
    double beside = Figures.median(cpu);
    // At least 0.8 times as fast.
    Figures.ratio("content, 512 MiB: CPU", own.cpuSeconds(), "s", "openssl", beside, 1.25);
    double waited = Figures.median(wall);
    Figures.ratio("  all time", own.wallSeconds(), "s", "openssl", waited, 1.25);
  }

  private List<Cost> scrub(GeneratedLayer layer, String depth)
      throws IOException, InterruptedException {
    var costs = new ArrayList<Cost>();
    String output =
        Program.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + distribution.resolve("lib/java.options"),
                "-cp",
                System.getProperty("java.class.path"),
                ScrubRounds.class.getName(),
                layer.root().toString(),
                depth,
                Integer.toString(ROUNDS))
            .run();
    try (var figures = new Scanner(output)) {
      while (figures.hasNextDouble()) {
        costs.add(new Cost(figures.nextDouble(), figures.nextDouble()));
      }
    }
    return costs;
  }

  private static Cost openssl(Path content) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(List.of("sh", "-c", "openssl dgst -sha256 \"$@\" >/dev/null; times", "sh"));
    try (Stream<Path> files = Files.list(content)) {
      files.map(Path::toString).forEach(command::add);
    }
    long start = System.nanoTime();
    Matcher times = CPU.matcher(new Program(Map.of(), command).run());
    double wall = (System.nanoTime() - start) / 1e9;
    if (!times.find()) {
      throw new IOException("expected what times prints");
    }
    return new Cost(
        seconds(times.group(1), times.group(2)) + seconds(times.group(3), times.group(4)), wall);
  }

  private static double seconds(String minutes, String seconds) {
    return Integer.parseInt(minutes) * 60 + Double.parseDouble(seconds);
  }
}
