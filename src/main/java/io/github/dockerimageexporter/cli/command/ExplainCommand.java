package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.cli.option.NearestWord;
import io.github.dockerimageexporter.cli.text.BundledText;
import io.github.dockerimageexporter.cli.text.CommandFailure;
import io.github.dockerimageexporter.cli.text.Manual;
import io.github.dockerimageexporter.cli.text.ManualText;
import io.github.dockerimageexporter.cli.text.TextColumns;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints what `docs/problems.md` says of a kind of problem.
@Command(
    name = "explain",
    description = "Explain a kind of problem: what it means, what Docker does, what to do.")
final class ExplainCommand implements Callable<Integer> {
  private static final String GUIDE = "problems.md";

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PROBLEM",
      description = "Kind of problem, such as layer_missing, or repair. Default: list them all")
  private Optional<String> problem = Optional.empty();

  @Override
  public Integer call() {
    Manual manual = Manual.parse(BundledText.text(GUIDE));
    PrintWriter out = spec.commandLine().getOut();
    if (problem.isPresent()) {
      explain(manual, problem.get(), out);
    } else {
      list(manual, out);
    }
    return 0;
  }

  private static void explain(Manual manual, String topic, PrintWriter out) {
    Manual.Section section = manual.section(topic).orElseThrow(() -> unknown(topic, manual));
    out.println(title(section));
    out.println();
    out.print(ManualText.of(section.body()));
  }

  private static CommandFailure unknown(String topic, Manual manual) {
    boolean isLikeOne = NearestWord.to(topic, manual.topics()).isPresent();
    String what = "no such problem" + (isLikeOne ? "" : "; without an argument explain lists all");
    return new CommandFailure(NearestWord.complaint(what, topic, manual.topics()));
  }

  private static void list(Manual manual, PrintWriter out) {
    List<String> kinds = Arrays.stream(Kind.values()).map(Kind::label).toList();
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"PROBLEM", "IMPACT", "MEANING"});
    for (Kind kind : Kind.values()) {
      rows.add(
          new String[] {
            kind.label(),
            kind.impact().label(),
            manual.section(kind.label()).map(Manual.Section::meaning).orElse("")
          });
    }
    TextColumns.print(out, rows, ExporterCommand.HELP_WIDTH);
    out.printf("%nFor details: %s explain PROBLEM%n", ExporterCommand.NAME);
    out.println("Before and during a repair:");
    manual.topics().stream()
        .filter(topic -> !kinds.contains(topic))
        .forEach(topic -> out.printf("  %s explain %s%n", ExporterCommand.NAME, topic));
  }

  /// A kind by its label and impact, another section by its heading.
  private static String title(Manual.Section section) {
    return Stream.of(Kind.values())
        .filter(kind -> kind.label().equals(section.topic()))
        .map(kind -> kind.label() + " (" + kind.impact().label() + ")")
        .findFirst()
        .orElse(section.heading());
  }
}
