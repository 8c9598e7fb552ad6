package io.github.dockerimageexporter.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The first look at a store of 10,000 layers, beside a C program that reads the same files.
///
/// Arguments: a directory to work in, and the number of images (1,000). Run from the project's
/// directory; the store is built once and kept for the next run.
final class FirstLookBenchmark {
  private static final Path SOURCE = Path.of("src/test/c/read_store.c");
  private static final int ROUNDS = 10;

  private FirstLookBenchmark() {}

  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    int images = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1000;
    var store = new GeneratedStore(directory.resolve("store-" + images), images);
    if (!Files.exists(store.dataRoot())) {
      store.write();
    }
    CProgram program = CProgram.compile(SOURCE, directory);
    for (int round = 0; round < ROUNDS; round++) {
      System.out.println("C: " + program.run(store.dataRoot().toString(), "overlay2"));
    }
  }
}
