package io.github.dockerimageexporter.bench;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.usage.DirectoryMeasurer;
import io.github.dockerimageexporter.usage.DirectoryUsage;
import io.github.dockerimageexporter.usage.Targets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/// Scans two warm trees of 10,000 directories and 50,000 files each, beside `du -s` and a C program
/// of the same system calls.
///
/// The figures are medians of nine rounds, each of which runs all in turn.
final class WalkBenchmark {
  private static final Path WALK = Path.of("src/test/c/walk.c");
  private static final int ROUNDS = 9;
  private static final int DIRECTORIES = 10_000;
  private static final int FILES_IN_EACH = 5;

  private WalkBenchmark() {}

  /// Prints the figures; the trees stay below `work`.
  static void run(Path work) throws Exception {
    List<Path> trees = List.of(makeTree(work.resolve("a")), makeTree(work.resolve("b")));
    run(trees, CProgram.compile(WALK, work));
  }

  /// Directories of ten each, below one another.
  private static Path makeTree(Path root) throws IOException {
    Files.createDirectories(root);
    var content = new byte[1500];
    for (int i = 1; i <= DIRECTORIES; i++) {
      var path = root;
      for (int digits = i; digits > 0; digits /= 10) {
        path = path.resolve("directory-" + digits % 10);
      }
      Files.createDirectories(path);
      for (int file = 0; file < FILES_IN_EACH; file++) {
        Files.write(path.resolve("some-file-" + file), Arrays.copyOf(content, file * 300));
      }
    }
    return root;
  }

  private static void run(List<Path> trees, CProgram program) throws Exception {
    String[] names = trees.stream().map(Path::toString).toArray(String[]::new);
    var c = new double[ROUNDS];
    var du = new double[ROUNDS];
    var one = new double[ROUNDS];
    var two = new double[ROUNDS];
    check(trees);
    for (int round = 0; round < ROUNDS; round++) {
      du[round] = millis(() -> du(trees));
      c[round] = program.wallSeconds(names) * 1e3;
      one[round] = millis(() -> scan(trees, 1));
      two[round] = millis(() -> scan(trees, 2));
    }
    double beside = Figures.median(du);
    Figures.ratio("walk, one thread", Figures.median(one), "ms", "du -s", beside, 0.7);
    Figures.ratio("walk, two threads", Figures.median(two), "ms", "du -s", beside, 0.45);
    Figures.beside("  the same system calls in C", Figures.median(c), "ms", "du -s", beside);
  }

  private static void check(List<Path> trees) throws Exception {
    long diskBytes = scan(trees, 1).stream().mapToLong(DirectoryUsage::diskBytes).sum();
    if (diskBytes != du(trees)) {
      throw new AssertionError("found %d bytes, expected %d".formatted(diskBytes, du(trees)));
    }
  }

  private static List<DirectoryUsage> scan(List<Path> trees, int threads) throws Exception {
    try (var executor = Executors.newFixedThreadPool(threads)) {
      var scans = trees.stream().<Callable<DirectoryUsage>>map(tree -> () -> scan(tree)).toList();
      return executor.invokeAll(scans).stream().map(scan -> scan.resultNow()).toList();
    }
  }

  private static DirectoryUsage scan(Path tree) throws IOException {
    var measurer =
        new DirectoryMeasurer(
            failure -> {
              throw new AssertionError(failure);
            });
    return measurer.measure(Targets.at(tree), Optional.empty());
  }

  private static long du(List<Path> trees) throws IOException, InterruptedException {
    return Program.of("du", "-s", "-B1", trees.get(0).toString(), trees.get(1).toString())
        .run()
        .lines()
        .mapToLong(line -> Long.parseLong(line.substring(0, line.indexOf('\t'))))
        .sum();
  }

  private static double millis(Callable<?> work) throws Exception {
    long start = System.nanoTime();
    work.call();
    return (System.nanoTime() - start) / 1e6;
  }
}
