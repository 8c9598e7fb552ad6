package io.github.dockerimageexporter.cli;

import io.github.dockerimageexporter.model.DataRootState;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.refresh.Observation;
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
    description = "Print an image's chain, one line per layer.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the image was found",
      "1:no such image, or more than one, or a bad flag",
      "2:no image store there"
    })
final class InspectCommand implements Callable<Integer> {
  private static final int NO_STORE = 2;

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

  @Option(names = "--no-trunc", description = "Print whole digests, however wide that is.")
  private boolean noTrunc;

  @Override
  public Integer call() throws InterruptedException {
    Observation seen = check.examiner(store.dataRoot).examineTwice();
    if (seen.state() != DataRootState.GRAPHDRIVER) {
      throw new CommandFailure(
          "%s: no image store, the data root is %s (%s)"
              .formatted(
                  Quote.line(seen.dataRoot().toString()),
                  seen.state().label(),
                  Quote.sentence(seen.detail())),
          NO_STORE);
    }
    Set<Path> directories = ImageSearch.find(seen, name).directories();
    Observation measured = seen.measured(1, directory -> directories.contains(directory.path()));
    var chain = ImageChain.of(ImageSearch.find(measured, name));
    PrintWriter out = spec.commandLine().getOut();
    switch (format) {
      case table -> new ChainTable(chain).print(out, !noTrunc);
      case json -> out.println(chain.toJson());
    }
    return 0;
  }
}
