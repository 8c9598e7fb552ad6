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
@Command(name = "inspect", description = "Print an image's chain, one line a layer.")
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

  @Override
  public Integer call() throws InterruptedException {
    Observation seen = check.examiner(store.dataRoot).examineTwice();
    if (seen.state() != DataRootState.GRAPHDRIVER) {
      throw new CommandFailure(
          "%s: no image store, the data root is %s"
              .formatted(Quote.line(seen.dataRoot().toString()), seen.state().label()));
    }
    Set<Path> directories = ImageSearch.find(seen, name).directories();
    Observation measured = seen.measured(1, directory -> directories.contains(directory.path()));
    var chain = ImageChain.of(ImageSearch.find(measured, name));
    PrintWriter out = spec.commandLine().getOut();
    switch (format) {
      case table -> chain.printTable(out);
      case json -> out.println(chain.toJson());
    }
    return 0;
  }
}
