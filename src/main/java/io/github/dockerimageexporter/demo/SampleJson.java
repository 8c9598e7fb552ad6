package io.github.dockerimageexporter.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.RootFs;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The JSON documents of a sample, with the fields that Docker itself needs.
///
/// Written without Jackson's mapper: the AOT cache is trained with the demo, and whatever it loads
/// is in the memory of every exporter.
///
/// Source: OCI image spec, `config.md`; moby, `container/container.go`, `reference/store.go`.
final class SampleJson {
  private static final JsonFactory JSON = new JsonFactory();

  private SampleJson() {}

  /// An image's configuration; `words` name the steps of its history.
  static String imageConfig(RootFs rootFs, List<String> words, Instant created) {
    var config = new LinkedHashMap<String, Object>();
    config.put("architecture", "amd64");
    config.put("config", Map.of("Cmd", List.of("/bin/sh")));
    config.put("created", created.toString());
    config.put("history", words.stream().map(word -> step(word, created)).toList());
    config.put("os", "linux");
    config.put("rootfs", rootFs(rootFs));
    return write(config);
  }

  /// A stopped container's `config.v2.json`.
  static String containerConfig(
      String id, String name, ImageId image, String driver, Instant created) {
    var config = new LinkedHashMap<String, Object>();
    config.put("State", Map.of("Running", false));
    config.put("ID", id);
    config.put("Created", created.toString());
    config.put("Path", "/bin/sh");
    config.put("Config", Map.of("Image", image.toString()));
    config.put("Image", image.toString());
    config.put("Name", "/" + name);
    config.put("Driver", driver);
    config.put("OS", "linux");
    return write(config);
  }

  /// `repositories.json`: for each repository its references, each with its image.
  static String repositories(Map<String, Map<String, String>> references) {
    return write(Map.of("Repositories", references));
  }

  private static SequencedMap<String, Object> step(String word, Instant created) {
    var step = new LinkedHashMap<String, Object>();
    step.put("created", created.toString());
    step.put("created_by", "COPY " + word + " /");
    return step;
  }

  private static SequencedMap<String, Object> rootFs(RootFs rootFs) {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("type", "layers");
    fields.put("diff_ids", rootFs.diffIds().stream().map(DiffId::toString).toList());
    return fields;
  }

  /// A document of text, numbers and flags, in their order.
  static String write(Map<String, ?> fields) {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      write(fields, json);
    } catch (IOException impossible) {
      throw new AssertionError("maps of text can be written as JSON", impossible);
    }
    return text.toString();
  }

  private static void write(Object value, JsonGenerator json) throws IOException {
    switch (value) {
      case Map<?, ?> fields -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> field : fields.entrySet()) {
          json.writeFieldName(field.getKey().toString());
          write(field.getValue(), json);
        }
        json.writeEndObject();
      }
      case List<?> elements -> {
        json.writeStartArray();
        for (Object element : elements) {
          write(element, json);
        }
        json.writeEndArray();
      }
      case Boolean flag -> json.writeBoolean(flag);
      case Long number -> json.writeNumber(number);
      default -> json.writeString(value.toString());
    }
  }
}
