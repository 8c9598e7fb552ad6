package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.cli.text.CommandFailure;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.RootFs;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Computes chain IDs from diff IDs; needs no store.
@Command(
    name = "chain-id",
    description = "Compute the chain ID at each height of a stack of layers.")
final class ChainIdCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "DIFF_ID",
      description = "Diff IDs (sha256:…), lowest layer first.")
  private List<String> diffIds = new ArrayList<>();

  @Override
  public Integer call() {
    var rootFs = new RootFs(diffIds.stream().map(ChainIdCommand::parse).toList());
    rootFs.chainIds().forEach(spec.commandLine().getOut()::println);
    return 0;
  }

  private static DiffId parse(String text) {
    try {
      return DiffId.parse(text);
    } catch (IllegalArgumentException malformed) {
      throw new CommandFailure(String.valueOf(malformed.getMessage()));
    }
  }
}
