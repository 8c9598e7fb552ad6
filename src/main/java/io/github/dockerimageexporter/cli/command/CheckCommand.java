package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.cli.option.CheckOptions;
import io.github.dockerimageexporter.cli.option.CountConverter;
import io.github.dockerimageexporter.cli.option.StoreOptions;
import io.github.dockerimageexporter.cli.process.HeapTrim;
import io.github.dockerimageexporter.cli.text.ImageSearch;
import io.github.dockerimageexporter.cli.text.PlanScript;
import io.github.dockerimageexporter.cli.text.ReportTable;
import io.github.dockerimageexporter.content.ScrubScope;
import io.github.dockerimageexporter.content.hidden.HiddenBytesReader;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.report.ReportDocument;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Scans a data root once, or twice if it finds anything, and prints what is wrong.
@Command(
    name = "check",
    description = "Scan Docker's image store once and print the problems found.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:no problems at or above --fail-on",
      "1:problems at or above --fail-on",
      "2:could not check: no store found, part of it unreadable, or a bad flag",
      "130:interrupted, the report is incomplete"
    })
final class CheckCommand implements Callable<Integer> {
  enum Format {
    table,
    json
  }

  /// How closely layers are compared with the records of their tars.
  enum Scrub {
    shape(Depth.SHAPE),
    content(Depth.CONTENT);

    private final Depth depth;

    Scrub(Depth depth) {
      this.depth = depth;
    }
  }

  @Mixin private final StoreOptions store = new StoreOptions();
  @Mixin private final CheckOptions check = new CheckOptions();

  @Spec private CommandSpec spec;

  @Option(
      names = "--format",
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "table or json. Default: ${DEFAULT-VALUE}")
  private Format format = Format.table;

  @Option(
      names = "--fail-on",
      defaultValue = "wrong_data",
      paramLabel = "IMPACT",
      description =
          "Lowest impact that makes the check fail: unusable, wrong_data or waste."
              + " Default: ${DEFAULT-VALUE}")
  private Impact failOn = Impact.WRONG_DATA;

  @Option(
      names = "--usage",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Measure disk usage. Default: on")
  private boolean usage = true;

  @Option(
      names = "--usage.threads",
      converter = CountConverter.Threads.class,
      defaultValue = "1",
      paramLabel = "N",
      description = "Number of directories to measure in parallel. Default: ${DEFAULT-VALUE}")
  private int usageThreads = 1;

  @Option(
      names = "--plan",
      description =
          "Print the whole repair as a shell script instead of the report. Read it, then run it as"
              + " root.")
  private boolean plan;

  @Option(
      names = "--scrub",
      arity = "0..1",
      fallbackValue = "content",
      paramLabel = "DEPTH",
      description =
          "Compare each layer's files with what was recorded of them: shape (kind, size, mode,"
              + " owner) or content (every byte is read). Without DEPTH: content")
  private Optional<Scrub> scrub = Optional.empty();

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "Scrub only the layers of one image: a name, or the start of an ID.")
  private Optional<String> image = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    requireSense();
    SupportedMachine.require();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    StoreScanner scanner = check.scanner(store);
    TerminalRun.Result result = TerminalRun.run(() -> scan(scanner), scanner.progress(), err);
    Observation seen = result.seen();
    boolean interrupted = result.interrupted().isPresent();
    print(seen, interrupted, out);
    result.printRemark(format == Format.table && !plan ? out : err);
    out.flush();
    if (interrupted) {
      return TerminalRun.INTERRUPTED;
    }
    if (failed(seen)) {
      return ExporterCommand.FAILED;
    }
    return isChecked(seen) ? 0 : ExporterCommand.NOT_READ;
  }

  private void requireSense() {
    if (plan && format == Format.json) {
      throw new ParameterException(
          spec.commandLine(),
          "--plan prints a shell script and cannot be combined with --format=json");
    }
    if (image.isPresent() && scrub.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--image says whose layers to scrub and needs --scrub");
    }
    if (scrub.isPresent() && !usage) {
      throw new ParameterException(
          spec.commandLine(), "--scrub needs what --no-usage leaves out; use one of them");
    }
  }

  /// Tables do not say what layers hide, which takes another reading of their records.
  private Observation scan(StoreScanner scanner) throws InterruptedException {
    Observation seen = checked(scanner);
    return usage && format == Format.json ? HiddenBytesReader.readAll(seen, _ -> true) : seen;
  }

  private Observation checked(StoreScanner scanner) throws InterruptedException {
    if (scrub.isPresent()) {
      try (HeapTrim _ = HeapTrim.start()) {
        return scanner.scanAndScrub(usageThreads, new ScrubScope(scrub.get().depth, this::wanted));
      }
    }
    return usage ? scanner.scanAndMeasure(usageThreads) : scanner.scanTwice();
  }

  /// The directories of the layers to scrub.
  private Predicate<Path> wanted(Observation seen) {
    return image
        .<Predicate<Path>>map(text -> ImageSearch.find(seen, text).directories()::contains)
        .orElse(_ -> true);
  }

  /// A plan of what is known so far would not be the whole repair, so that there is none.
  private void print(Observation seen, boolean interrupted, PrintWriter out) {
    if (plan) {
      seen.stores().stream()
          .filter(_ -> !interrupted)
          .forEach(one -> out.print(PlanScript.of(seen, one, scrubFlags())));
      return;
    }
    switch (format) {
      case table -> new ReportTable(seen, store.planCommand()).print(out);
      case json -> out.print(json(seen));
    }
  }

  /// What makes the check after a repair find what this one has found.
  private List<String> scrubFlags() {
    return Stream.concat(
            scrub.stream().map(it -> "--scrub=" + it), image.stream().map(it -> "--image=" + it))
        .toList();
  }

  private static String json(Observation seen) {
    var bytes = new ByteArrayOutputStream();
    try {
      ReportDocument.of(seen).writeTo(bytes);
    } catch (IOException impossible) {
      throw new UncheckedIOException("a report is written to memory", impossible);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static boolean isChecked(Observation seen) {
    return !seen.stores().isEmpty() && seen.stores().stream().allMatch(ObservedStore::isWhollyRead);
  }

  private boolean failed(Observation seen) {
    return seen.stores().stream()
        .flatMap(one -> one.report().findings().stream())
        .anyMatch(finding -> finding.problem().impact().compareTo(failOn) <= 0);
  }
}
