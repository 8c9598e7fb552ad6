package io.github.dockerimageexporter.exporter.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dockerimageexporter.exporter.answer.MetricsFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What all lines of a family have in common, in one format and for one store.
///
/// ```text
/// name{driver="overlay2",chain_id="  sha256:...  ",diff_id="  sha256:...  ",}  1.0
/// -------------------------------- ·············  -----------  ············· --- ···
/// ```
public final class SeriesLines {
  private final List<byte[]> before;
  private final byte[] after;

  private SeriesLines(List<byte[]> before, byte[] after) {
    this.before = before;
    this.after = after;
  }

  /// Those of a family whose series have labels of their own.
  ///
  /// @param first labels that all series have, before their own
  /// @param last labels that all series have, behind their own
  public static SeriesLines of(
      MetricsFormat format,
      String name,
      Map<String, String> first,
      List<String> labels,
      Map<String, String> last) {
    if (first.isEmpty() && labels.isEmpty() && last.isEmpty()) {
      return new SeriesLines(List.of(), bytes(name + " "));
    }
    var before = new ArrayList<byte[]>();
    var text = new StringBuilder(name).append('{');
    String separator = "";
    for (var label : first.entrySet()) {
      text.append(separator).append(fixed(label));
      separator = ",";
    }
    for (String label : labels) {
      before.add(bytes(text.append(separator).append(label).append("=\"").toString()));
      text = new StringBuilder("\"");
      separator = ",";
    }
    for (var label : last.entrySet()) {
      text.append(separator).append(fixed(label));
      separator = ",";
    }
    return new SeriesLines(
        List.copyOf(before), bytes(text.append(format.endOfLabels()).append("} ").toString()));
  }

  /// What stands before a label value that differs from line to line.
  byte[] before(int label) {
    return before.get(label);
  }

  /// What stands before the value.
  byte[] after() {
    return after;
  }

  private static String fixed(Map.Entry<String, String> label) {
    return label.getKey() + "=\"" + escape(label.getValue()) + "\"";
  }

  /// A label value as it stands in a line.
  static byte[] bytesOf(Object labelValue) {
    return bytes(escape(labelValue.toString()));
  }

  private static String escape(String labelValue) {
    return LabeledSample.clean(labelValue)
        .replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\n", "\\n");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
