import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Writes the dashboards in the form that Grafana's import dialog and its public collection take.
///
/// | field        | says                                                               |
/// |--------------|--------------------------------------------------------------------|
/// | `__inputs`   | what the dialog asks for: the data source                          |
/// | `__elements` | library panels: none                                               |
/// | `__requires` | which Grafana, data source and kinds of panels the dashboard needs |
///
/// The answer becomes the value of the dashboard's own variable, so that its queries stay as they
/// are. A provisioned dashboard has nobody who answers: that is what the files themselves are for.
///
/// Arguments: the directory of the dashboards, and the one to write to.
final class WriteDashboards {
  private static final String INPUT = "DS_PROMETHEUS";

  /// The first that knows all the dashboards use.
  private static final String GRAFANA_VERSION = "10.4.0";

  private static final JsonMapper JSON = new JsonMapper();

  private WriteDashboards() {}

  public static void main(String[] arguments) throws IOException {
    Path target = Files.createDirectories(Path.of(arguments[1]));
    try (Stream<Path> dashboards = Files.list(Path.of(arguments[0]))) {
      dashboards.forEach(dashboard -> write(dashboard, target.resolve(dashboard.getFileName())));
    }
  }

  private static void write(Path dashboard, Path file) {
    try {
      JsonNode content = JSON.readTree(dashboard.toFile());
      Files.writeString(
          file,
          JSON.writer(new DefaultPrettyPrinter()).writeValueAsString(importable(content)) + "\n");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static ObjectNode importable(JsonNode dashboard) {
    ObjectNode importable = JSON.createObjectNode();
    importable.set("__inputs", inputs());
    importable.putObject("__elements");
    importable.set("__requires", requirements(dashboard));
    importable.setAll((ObjectNode) dashboard);
    importable.putNull("id");
    dashboard
        .at("/templating/list")
        .valueStream()
        .filter(variable -> variable.path("type").asText().equals("datasource"))
        .forEach(variable -> answer((ObjectNode) variable));
    return importable;
  }

  private static ArrayNode inputs() {
    ArrayNode inputs = JSON.createArrayNode();
    inputs
        .addObject()
        .put("name", INPUT)
        .put("label", "Prometheus")
        .put("description", "The Prometheus that scrapes docker-image-exporter")
        .put("type", "datasource")
        .put("pluginId", "prometheus")
        .put("pluginName", "Prometheus");
    return inputs;
  }

  private static ArrayNode requirements(JsonNode dashboard) {
    ArrayNode requirements = JSON.createArrayNode();
    require(requirements, "grafana", "grafana", "Grafana", GRAFANA_VERSION);
    require(requirements, "datasource", "prometheus", "Prometheus", "1.0.0");
    dashboard
        .get("panels")
        .valueStream()
        .map(panel -> panel.get("type").asText())
        .filter(type -> !type.equals("row"))
        .sorted()
        .distinct()
        .forEach(type -> require(requirements, "panel", type, panelName(type), ""));
    return requirements;
  }

  /// What Grafana calls a kind of panel.
  private static String panelName(String type) {
    return switch (type) {
      case "bargauge" -> "Bar gauge";
      case "stat" -> "Stat";
      case "table" -> "Table";
      case "timeseries" -> "Time series";
      default -> throw new IllegalArgumentException("no name is known of panels of type " + type);
    };
  }

  private static void require(
      ArrayNode requirements, String type, String id, String name, String version) {
    requirements
        .addObject()
        .put("type", type)
        .put("id", id)
        .put("name", name)
        .put("version", version);
  }

  private static void answer(ObjectNode variable) {
    variable
        .putObject("current")
        .put("selected", false)
        .put("text", "${" + INPUT + "}")
        .put("value", "${" + INPUT + "}");
  }
}
