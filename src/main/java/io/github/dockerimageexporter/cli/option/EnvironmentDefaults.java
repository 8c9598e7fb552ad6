package io.github.dockerimageexporter.cli.option;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Takes a flag's default from its environment twin: `--docker.root` from
/// `DOCKER_IMAGE_EXPORTER_DOCKER_ROOT`. An empty variable is none, as compose files leave them.
public final class EnvironmentDefaults implements IDefaultValueProvider {
  private static final String PREFIX = "DOCKER_IMAGE_EXPORTER_";

  private final Map<String, String> environment;

  public EnvironmentDefaults(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    String value =
        argument instanceof OptionSpec option && hasTwin(option)
            ? environment.getOrDefault(twinOf(option.longestName()), "")
            : "";
    return value.isEmpty() ? null : value;
  }

  /// `DOCKER_IMAGE_EXPORTER_VERSION` says what to install, not that the version is to be printed.
  static boolean hasTwin(OptionSpec option) {
    return !option.usageHelp() && !option.versionHelp();
  }

  /// The variable that stands for `flag`.
  static String twinOf(String flag) {
    return PREFIX + flag.substring(2).replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
  }
}
