package io.github.dockerimageexporter.exporter.answer;

import java.io.IOException;
import java.io.Writer;

/// Takes the text of some families: buffered, since the text format writes single characters, and
/// without the end that OpenMetrics sets, in one call, behind the last of them.
///
/// Unlike [java.io.BufferedWriter] it takes no lock for each character, which is most of the work.
final class FamilyWriter extends Writer {
  static final String END_OF_OPENMETRICS = "# EOF\n";
  private static final int BUFFER_SIZE = 8192;

  private final Writer out;
  private final char[] buffer = new char[BUFFER_SIZE];
  private int length;

  FamilyWriter(Writer out) {
    this.out = out;
  }

  @Override
  public void write(int character) throws IOException {
    reserve(1);
    buffer[length++] = (char) character;
  }

  @Override
  public void write(String text) throws IOException {
    if (!text.equals(END_OF_OPENMETRICS)) {
      write(text, 0, text.length());
    }
  }

  @Override
  public void write(String text, int offset, int count) throws IOException {
    if (count > BUFFER_SIZE) {
      write(text.toCharArray(), offset, count);
      return;
    }
    reserve(count);
    text.getChars(offset, offset + count, buffer, length);
    length += count;
  }

  @Override
  public void write(char[] text, int offset, int count) throws IOException {
    drain();
    out.write(text, offset, count);
  }

  private void reserve(int count) throws IOException {
    if (count > BUFFER_SIZE - length) {
      drain();
    }
  }

  private void drain() throws IOException {
    out.write(buffer, 0, length);
    length = 0;
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
}
