package io.github.dockerimageexporter.logging;

import io.github.dockerimageexporter.logging.Logging.Format;
import io.github.dockerimageexporter.logging.Logging.Level;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/// The lines that one class logs while this is open, from their message on.
public final class LogLines implements AutoCloseable {
  private static final List<LogLines> OPEN = new CopyOnWriteArrayList<>();

  private final String logger;
  private final List<String> lines = new CopyOnWriteArrayList<>();

  private LogLines(String logger) {
    this.logger = logger;
  }

  /// Listens to the log of `type` at level info.
  public static LogLines of(Class<?> type) {
    var listening = new LogLines(" logger=" + type.getSimpleName().toLowerCase(Locale.ROOT) + " ");
    OPEN.add(listening);
    Logging.setUp(Level.info, Format.logfmt, new Lines());
    return listening;
  }

  /// What was logged so far, such as `msg="cannot read" path=image`.
  public List<String> get() {
    Logging.flush();
    return List.copyOf(lines);
  }

  public void clear() {
    Logging.flush();
    lines.clear();
  }

  @Override
  public void close() {
    OPEN.remove(this);
  }

  private void take(String line) {
    if (line.contains(logger)) {
      lines.add(line.substring(line.indexOf("msg=")).strip());
    }
  }

  /// Takes a line with each call, as the writer's thread makes it.
  private static final class Lines extends OutputStream {
    @Override
    public void write(int b) {
      throw new UnsupportedOperationException("expected a whole line");
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      var line = new String(bytes, offset, length, StandardCharsets.UTF_8);
      OPEN.forEach(open -> open.take(line));
    }
  }
}
