package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.cli.option.CheckOptions;
import io.github.dockerimageexporter.cli.option.StoreOptions;
import io.github.dockerimageexporter.cli.text.ChainTable;
import io.github.dockerimageexporter.cli.text.CommandFailure;
import io.github.dockerimageexporter.cli.text.ImageChain;
import io.github.dockerimageexporter.cli.text.ImageSearch;
import io.github.dockerimageexporter.content.hidden.HiddenBytesReader;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.refresh.StoreScanner;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints one image's chain, layer by layer.
@Command(
    name = "inspect",
    description = "Print an image's chain, one line per layer, of each of its platforms.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the image was found",
      "1:no such image, more than one match, or a bad flag",
      "2:no image store found",
      "130:interrupted, the output is incomplete"
    })
final class InspectCommand implements Callable<Integer> {
  enum Format {
    table,
    json
  }

  @Mixin private final StoreOptions store = new StoreOptions();
  @Mixin private final CheckOptions check = new CheckOptions();

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "IMAGE",
      description = "name:tag, name@digest, or an image ID, full or abbreviated.")
  private String name = "";

  @Option(
      names = "--format",
      defaultValue = "table",
      paramLabel = "FORMAT",
      description = "table or json. Default: ${DEFAULT-VALUE}")
  private Format format = Format.table;

  @Option(names = "--no-trunc", description = "Do not shorten digests.")
  private boolean noTrunc;

  @Override
  public Integer call() throws InterruptedException {
    SupportedMachine.require();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    StoreScanner scanner = check.scanner(store);
    TerminalRun.Result result = TerminalRun.run(() -> measured(scanner), scanner.progress(), err);
    var chain = ImageChain.of(ImageSearch.find(result.seen(), name));
    switch (format) {
      case table -> new ChainTable(chain).print(out, !noTrunc);
      case json -> out.println(chain.toJson());
    }
    result.printRemark(format == Format.table ? out : err);
    return result.interrupted().isPresent() ? TerminalRun.INTERRUPTED : 0;
  }

  /// The scan, with the sizes of the image's own layers, and what they hide of each other.
  private Observation measured(StoreScanner scanner) throws InterruptedException {
    Observation seen = scanner.scanTwice();
    if (seen.stores().isEmpty()) {
      throw new CommandFailure(
          "%s: %s (%s)"
              .formatted(
                  Quote.line(seen.dataRoot().toString()),
                  seen.state().label(),
                  Quote.sentence(seen.detail())),
          ExporterCommand.NOT_READ);
    }
    ImageSearch.Hit hit = ImageSearch.find(seen, name);
    Set<Path> directories = hit.directories();
    Set<ChainId> layers = hit.image().map(image -> Set.copyOf(image.layers())).orElse(Set.of());
    return HiddenBytesReader.readAll(
        seen.measured(1, directory -> directories.contains(directory.path()), scanner.progress()),
        layers::contains);
  }
}
