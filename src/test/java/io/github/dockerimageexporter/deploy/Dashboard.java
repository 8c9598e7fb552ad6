package io.github.dockerimageexporter.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A dashboard as Grafana is given it.
public record Dashboard(Path file, JsonNode content) {
  public static final Path DIRECTORY = Path.of("grafana/dashboards");
  private static final Pattern VARIABLE = Pattern.compile("\\$(?:\\{(\\w+)}|(\\w+))");

  /// A panel; `toString` says where it is.
  public record Panel(String dashboard, JsonNode content) {
    public String type() {
      return content.get("type").asText();
    }

    public String title() {
      return content.get("title").asText();
    }

    public List<Query> queries() {
      return content
          .get("targets")
          .valueStream()
          .map(target -> new Query(this + " " + target.get("refId").asText(), target))
          .toList();
    }

    /// What the panel sets for the column `name`.
    public List<String> settings(String name) {
      return content
          .at("/fieldConfig/overrides")
          .valueStream()
          .filter(override -> override.at("/matcher/options").asText().equals(name))
          .flatMap(override -> override.get("properties").findValuesAsText("id").stream())
          .toList();
    }

    @Override
    public String toString() {
      return dashboard + ": " + title();
    }
  }

  /// A target of a panel, or an annotation's.
  public record Query(String place, JsonNode content) {
    public String expression() {
      return content.get("expr").asText();
    }

    @Override
    public String toString() {
      return place;
    }
  }

  public static List<Dashboard> all() {
    return Stream.of("fleet.json", "host.json").map(Dashboard::read).toList();
  }

  private static Dashboard read(String name) {
    Path file = DIRECTORY.resolve(name);
    return new Dashboard(file, DeployFiles.read(file));
  }

  /// All panels but the rows' titles.
  public static List<Panel> allPanels() {
    return all().stream().flatMap(dashboard -> dashboard.panels().stream()).toList();
  }

  /// What all panels and annotations ask Prometheus for.
  public static List<Query> allQueries() {
    return Stream.concat(
            allPanels().stream().flatMap(panel -> panel.queries().stream()),
            all().stream().flatMap(Dashboard::annotations))
        .toList();
  }

  public List<Panel> panels() {
    return content
        .get("panels")
        .valueStream()
        .map(panel -> new Panel(file.getFileName().toString(), panel))
        .filter(panel -> !panel.type().equals("row"))
        .toList();
  }

  public List<JsonNode> variables(String type) {
    return content
        .at("/templating/list")
        .valueStream()
        .filter(variable -> variable.get("type").asText().equals(type))
        .toList();
  }

  private Stream<Query> annotations() {
    return content
        .at("/annotations/list")
        .valueStream()
        .filter(annotation -> annotation.has("expr"))
        .map(one -> new Query(file.getFileName() + ": " + one.get("name").asText(), one));
  }

  /// The text with its variables filled in, as Grafana does it; each must have a value.
  public static String fillIn(String text, Map<String, String> values) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> {
              String name = found.group(1) == null ? found.group(2) : found.group(1);
              if (!values.containsKey(name)) {
                throw new IllegalArgumentException(text + ": no variable is called " + name);
              }
              return Matcher.quoteReplacement(String.valueOf(values.get(name)));
            });
  }

  @Override
  public String toString() {
    return file.getFileName().toString();
  }
}
