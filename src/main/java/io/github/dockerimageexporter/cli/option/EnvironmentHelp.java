package io.github.dockerimageexporter.cli.option;

import java.util.Arrays;
import java.util.stream.Stream;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.Help.IOptionRenderer;
import picocli.CommandLine.Help.IParamLabelRenderer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Help that names each flag's environment variable below its description.
public final class EnvironmentHelp extends Help {
  public EnvironmentHelp(CommandSpec command, ColorScheme colors) {
    super(command, colors);
  }

  @Override
  public IOptionRenderer createDefaultOptionRenderer() {
    IOptionRenderer plain = super.createDefaultOptionRenderer();
    return (option, labels, colors) -> withVariable(plain, option, labels, colors);
  }

  private static Text[][] withVariable(
      IOptionRenderer plain, OptionSpec option, IParamLabelRenderer labels, ColorScheme colors) {
    Text[][] rows = plain.render(option, labels, colors);
    if (!EnvironmentDefaults.hasTwin(option)) {
      return rows;
    }
    Text[] row = rows[0].clone();
    Arrays.fill(row, colors.text(""));
    row[row.length - 1] =
        colors.text("[env: " + EnvironmentDefaults.twinOf(option.longestName()) + "]");
    return Stream.concat(Stream.of(rows), Stream.<Text[]>of(row)).toArray(Text[][]::new);
  }
}
