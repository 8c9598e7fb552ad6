package io.github.dockerimageexporter.exporter;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;

/// Takes the text of some families: buffered, since the text format writes single characters, and
/// without the end that OpenMetrics sets, in one call, behind the last of them.
final class FamilyWriter extends BufferedWriter {
  static final String END_OF_OPENMETRICS = "# EOF\n";

  FamilyWriter(Writer out) {
    super(out);
  }

  @Override
  public void write(String text) throws IOException {
    if (!text.equals(END_OF_OPENMETRICS)) {
      super.write(text);
    }
  }
}
