package io.github.dockerimageexporter.exporter;

import java.io.IOException;
import java.io.Writer;

/// Takes the text of some families from one thread, without the end that OpenMetrics sets, in one
/// call, behind the last of them.
///
/// Buffered and without locks, since the text format writes single characters: a lock for each
/// takes half of the time, and without a buffer each is an array.
final class FamilyWriter extends Writer {
  static final String END_OF_OPENMETRICS = "# EOF\n";

  private final Writer out;
  private final char[] buffer = new char[8192];
  private int used;

  FamilyWriter(Writer out) {
    this.out = out;
  }

  @Override
  public void write(int c) throws IOException {
    if (used == buffer.length) {
      drain();
    }
    buffer[used++] = (char) c;
  }

  @Override
  public void write(String text) throws IOException {
    if (text.equals(END_OF_OPENMETRICS)) {
      return;
    }
    for (int i = 0; i < text.length(); i++) {
      write(text.charAt(i));
    }
  }

  @Override
  public void write(char[] text, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length; i++) {
      write(text[i]);
    }
  }

  @Override
  public void flush() throws IOException {
    drain();
    out.flush();
  }

  @Override
  public void close() throws IOException {
    flush();
    out.close();
  }

  private void drain() throws IOException {
    out.write(buffer, 0, used);
    used = 0;
  }
}
