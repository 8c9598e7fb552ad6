package io.github.dockerimageexporter.cli.option;

import picocli.CommandLine.INegatableOptionTransformer;
import picocli.CommandLine.Model.CommandSpec;

/// Lets `--no-collector.layers` stand against `--collector.layers`, dots and all.
public final class DottedFlags implements INegatableOptionTransformer {
  private static final String FLAG = "--";
  private static final String NEGATIVE = "--no-";

  public static String negative(String flag) {
    return NEGATIVE + flag.substring(FLAG.length());
  }

  @Override
  public String makeNegative(String name, CommandSpec command) {
    return negative(name);
  }

  @Override
  public String makeSynopsis(String name, CommandSpec command) {
    return "--[no-]" + name.substring(FLAG.length());
  }
}
