package io.github.dockerimageexporter.bench;

import io.github.dockerimageexporter.content.size.TarSplitReader;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.StorePath;
import io.github.dockerimageexporter.scrub.LayerScrubber;
import io.github.dockerimageexporter.scrub.Pace;
import io.github.dockerimageexporter.scrub.ScrubTarget;
import io.github.dockerimageexporter.scrub.cover.ChainLayer;
import io.github.dockerimageexporter.scrub.cover.LayerCover;
import io.github.dockerimageexporter.scrub.cover.LayerStack;
import io.github.dockerimageexporter.scrub.record.TarSplitRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.LayerFiles;
import io.github.dockerimageexporter.usage.DirectoryMeasurer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/// What the scrub of one layer takes, as the distribution runs Java; see [ScrubBenchmark].
///
/// Arguments: the layer's directory, how closely to compare, and how often. Prints the medians of
/// processor time and of all time, in seconds, of a walk and a reading of the record, then of the
/// scrub, then of what the layer hides of another one of the same record.
final class ScrubRounds {
  private final GeneratedLayer layer;
  private final Depth depth;
  private final LayerScrubber scrubber = new LayerScrubber(Pace.unlimited());
  private final DirectoryMeasurer measurer =
      new DirectoryMeasurer(
          failure -> {
            throw new AssertionError(failure);
          });

  private ScrubRounds(GeneratedLayer layer, Depth depth) {
    this.layer = layer;
    this.depth = depth;
  }

  public static void main(String[] arguments) throws Exception {
    var layer = new GeneratedLayer(Path.of(arguments[0]));
    new ScrubRounds(layer, Depth.valueOf(arguments[1])).run(Integer.parseInt(arguments[2]));
  }

  private void run(int rounds) throws Exception {
    var cpu = new double[3][rounds];
    var wall = new double[3][rounds];
    for (int round = 0; round < rounds; round++) {
      time(this::measure, cpu[0], wall[0], round);
      time(this::scrub, cpu[1], wall[1], round);
      time(this::hide, cpu[2], wall[2], round);
    }
    for (int i = 0; i < cpu.length; i++) {
      System.out.printf("%.4f %.4f%n", Figures.median(cpu[i]), Figures.median(wall[i]));
    }
  }

  private static void time(Callable<?> work, double[] cpu, double[] wall, int round)
      throws Exception {
    var clock = ManagementFactory.getThreadMXBean();
    long start = System.nanoTime();
    long used = clock.getCurrentThreadCpuTime();
    work.call();
    cpu[round] = (clock.getCurrentThreadCpuTime() - used) / 1e9;
    wall[round] = (System.nanoTime() - start) / 1e9;
  }

  private StorePath place(Path path) {
    return new StorePath(layer.root(), path, 1);
  }

  private TarSplitFile record() {
    Path root = layer.root();
    Path home = root.resolveSibling("");
    return new TarSplitFile(home, home.relativize(layer.record()).toString(), 0);
  }

  private Object measure() throws IOException {
    measurer.measure(place(layer.content()), Optional.empty());
    return TarSplitReader.read(record());
  }

  private Object hide() throws IOException {
    var stack =
        new LayerStack(
            (record, visitor) -> {
              TarSplitRecord.read((TarSplitFile) record, visitor);
              return true;
            });
    var base = ChainLayer.base(new ChainId(Digest.of("lower")), record());
    LayerCover cover = stack.cover(base.with(new ChainId(Digest.of("upper")), record()));
    if (cover.hiddenBytes().keySet().equals(Set.of(base.id()))) {
      return cover;
    }
    throw new IllegalStateException("expected a layer that hides the other, found " + cover);
  }

  private Object scrub() throws IOException {
    var target =
        new ScrubTarget(
            layer.diffId(),
            record(),
            layer.root(),
            layer.root(),
            place(layer.content()),
            1,
            List.of(),
            LayerFiles.OWN,
            Optional.empty(),
            depth);
    LayerVerdict verdict = scrubber.scrub(target).orElseThrow();
    if (verdict instanceof LayerVerdict.Verified) {
      return verdict;
    }
    throw new IllegalStateException("expected a layer that verifies, found " + verdict);
  }
}
