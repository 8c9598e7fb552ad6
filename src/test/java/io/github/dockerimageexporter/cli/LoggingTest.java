package io.github.dockerimageexporter.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.cli.Logging.Format;
import io.github.dockerimageexporter.cli.Logging.Level;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class LoggingTest {
  private final PrintStream terminal = System.err;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  /// A terminal of another encoding than the log's.
  @BeforeEach
  void replaceTheTerminal() {
    System.setErr(new PrintStream(written, true, ISO_8859_1));
  }

  @AfterEach
  void restoreTheTerminal() throws IOException {
    System.setErr(terminal);
    LogManager.getLogManager().readConfiguration();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "two\nlines\r\n",
        "a \"quoted\\ path\"",
        "\u0000\u001b[31m\u007f\u009b\u2028\u202e\udb40\udc41",
        "d\u00e9p\u00f4t"
      })
  void messageSurvivesJson(String message) throws IOException {
    String line = log(Format.json, message);

    assertThat(line).hasLineCount(1).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}&&[^\n]]");
    assertThat(new JsonMapper().readTree(line).required("msg").textValue()).isEqualTo(message);
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void halfOfACharacterDoesNotBreakTheLine(Format format) throws IOException {
    assertThat(log(format, "half \ud83d of one")).hasLineCount(1).contains("half \\ud83d of one");
  }

  @Test
  void quotesAndLineBreaksStayInsideOfTheValueInLogfmt() {
    assertThat(log(Format.logfmt, "a\" level=error msg=\"b\n"))
        .matches(
            "ts=\\S+ level=info logger=loggingtest msg=\"a\\\\\" level=error msg=\\\\\"b\\\\n\"\n");
  }

  @Test
  void whatIsBelowTheLevelIsLeftOut() {
    Logging.setUp(Level.warn, Format.logfmt);
    LoggerFactory.getLogger(LoggingTest.class).info("of no interest");

    assertThat(written.toString(UTF_8)).isEmpty();
  }

  private String log(Format format, String message) {
    Logging.setUp(Level.info, format);
    LoggerFactory.getLogger(LoggingTest.class).info("{}", message);
    return written.toString(UTF_8);
  }
}
