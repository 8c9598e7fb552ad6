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
/// | version, publisher    | the JDK that runs this, whose jlink made the runtime             |
/// | cpe                   | the runtime's `JAVA_VERSION`: databases of weaknesses have these |
/// | property `modules`    | the runtime's `MODULES`: what jlink took                         |
///
/// Arguments: the bill of the libraries, the runtime's directory, the file to write.
final class CompleteSbom {
  private static final JsonMapper JSON = new JsonMapper();

  private CompleteSbom() {}

  public static void main(String[] arguments) throws IOException {
    ObjectNode bill = (ObjectNode) JSON.readTree(Path.of(arguments[0]).toFile());
    ObjectNode runtime = runtime(release(Path.of(arguments[1])));
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

  private static ObjectNode runtime(Properties release) {
    String javaVersion = value(release, "JAVA_VERSION");
    if (!javaVersion.equals(System.getProperty("java.version"))) {
      throw new IllegalArgumentException(
          "the runtime is of Java %s, expected that of the JDK that runs this, %s"
              .formatted(javaVersion, System.getProperty("java.version")));
    }
    String version = System.getProperty("java.runtime.version");
    String purl = "pkg:generic/openjdk@" + version.replace("+", "%2B");
    ObjectNode component = JSON.createObjectNode();
    component
        .put("type", "platform")
        .put("bom-ref", purl)
        .put("publisher", System.getProperty("java.vendor"))
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
      throw new IllegalArgumentException("the runtime's file release has no " + name);
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
