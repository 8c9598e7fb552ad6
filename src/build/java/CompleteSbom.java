import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/// Adds the Java runtime to the bill of materials that Maven makes of the libraries.
///
/// | part of the component | from                                                             |
/// |-----------------------|------------------------------------------------------------------|
/// | version, publisher    | what the runtime says when it runs                               |
/// | cpe                   | its `JAVA_VERSION`: databases of weaknesses have these           |
/// | property `modules`    | its `MODULES`: what jlink took                                   |
///
/// Arguments: the bill of the libraries, the runtime's directory, the file to write.
final class CompleteSbom {
  private static final JsonMapper JSON = new JsonMapper();

  private CompleteSbom() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    ObjectNode bill = (ObjectNode) JSON.readTree(Path.of(arguments[0]).toFile());
    Path home = Path.of(arguments[1]);
    ObjectNode runtime = runtime(release(home), settings(home));
    ((ArrayNode) bill.get("components")).add(runtime);
    dependOn(bill, runtime.get("bom-ref").asText());
    Files.writeString(
        Path.of(arguments[2]),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(bill) + "\n");
  }

  /// What a Java runtime says of itself, without the quotes.
  private static Properties release(Path runtime) throws IOException {
    var release = new Properties();
    try (var reader = Files.newBufferedReader(runtime.resolve("release"), StandardCharsets.UTF_8)) {
      release.load(reader);
    }
    release.replaceAll((_, value) -> String.valueOf(value).replace("\"", ""));
    return release;
  }

  /// The system properties of a Java runtime, which it prints as `    name = value`.
  private static Properties settings(Path runtime) throws IOException, InterruptedException {
    Process java =
        new ProcessBuilder(
                runtime.resolve("bin/java").toString(), "-XshowSettings:properties", "-version")
            .start();
    var settings = new Properties();
    try (var printed = java.errorReader()) {
      settings.load(printed);
    }
    int status = java.waitFor();
    if (status != 0) {
      throw new IOException(runtime + " ended with status " + status + ", expected 0");
    }
    return settings;
  }

  private static ObjectNode runtime(Properties release, Properties settings) {
    String javaVersion = value(release, "JAVA_VERSION");
    String version = value(settings, "java.runtime.version");
    String purl = "pkg:generic/openjdk@" + version.replace("+", "%2B");
    ObjectNode component = JSON.createObjectNode();
    component
        .put("type", "platform")
        .put("bom-ref", purl)
        .put("publisher", value(settings, "java.vendor"))
        .put("name", "openjdk")
        .put("version", version)
        .put("description", "Java runtime, of the modules that the program needs");
    component
        .putArray("licenses")
        .addObject()
        .put("expression", "GPL-2.0-only WITH Classpath-exception-2.0");
    component.put("cpe", "cpe:2.3:a:oracle:openjdk:" + javaVersion + ":*:*:*:*:*:*:*");
    component.put("purl", purl);
    component
        .putArray("properties")
        .addObject()
        .put("name", "modules")
        .put("value", value(release, "MODULES"));
    return component;
  }

  private static String value(Properties release, String name) {
    String value = release.getProperty(name);
    if (value == null) {
      throw new IllegalArgumentException("the runtime does not say its " + name);
    }
    return value;
  }

  /// The program's dependencies, with one more.
  private static void dependOn(ObjectNode bill, String reference) {
    String program = bill.at("/metadata/component/bom-ref").asText();
    ArrayNode dependencies = (ArrayNode) bill.get("dependencies");
    for (JsonNode dependency : dependencies) {
      if (dependency.get("ref").asText().equals(program)) {
        ((ArrayNode) dependency.get("dependsOn")).add(reference);
      }
    }
    dependencies.addObject().put("ref", reference).putArray("dependsOn");
  }
}
