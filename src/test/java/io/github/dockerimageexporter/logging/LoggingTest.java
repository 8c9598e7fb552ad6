package io.github.dockerimageexporter.logging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.logging.Logging.Format;
import io.github.dockerimageexporter.logging.Logging.Level;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class LoggingTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

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
    setUp(Level.warn, Format.logfmt);
    LoggerFactory.getLogger(LoggingTest.class).info("of no interest");

    assertThat(written()).isEmpty();
  }

  @Test
  void particularsArePairsInLogfmt() {
    assertThat(logPairs(Format.logfmt))
        .matches(
            "ts=\\S+ level=warn logger=loggingtest msg=\"cannot read\" path=image/overlay2"
                + " error=\"no such \\\\\"file\\\\\"\" count=3 again=true"
                + " empty=\"\" equal=\"a=b\"\n");
  }

  @Test
  void particularsAreFieldsInJson() throws IOException {
    JsonNode line = new JsonMapper().readTree(logPairs(Format.json));

    assertThat(line.propertyStream().skip(2).map(Map.Entry::toString))
        .containsExactly(
            "logger=\"loggingtest\"",
            "msg=\"cannot read\"",
            "path=\"image/overlay2\"",
            "error=\"no such \\\"file\\\"\"",
            "count=3",
            "again=true",
            "empty=\"\"",
            "equal=\"a=b\"");
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void anExceptionIsPairsOfOneLine(Format format) {
    setUp(Level.info, format);
    LoggerFactory.getLogger(LoggingTest.class).error("failed", new IOException("planted"));

    assertThat(written())
        .hasLineCount(1)
        .containsPattern("error\"?[=:]\"java.io.IOException: planted\"")
        .containsPattern("stacktrace\"?[=:]\"java.io.IOException: planted\\\\n\\\\tat ");
  }

  @Test
  void whatTheJdkLogsIsALineToo() {
    setUp(Level.debug, Format.logfmt);
    java.util.logging.Logger.getLogger("sun.example.Server").fine("connection closed");

    assertThat(written()).matches("ts=\\S+ level=debug logger=server msg=\"connection closed\"\n");
  }

  @Test
  void anExceptionThatEndsAThreadIsLogged() throws InterruptedException {
    setUp(Level.error, Format.logfmt);
    Thread.ofPlatform()
        .name("planted")
        .start(
            () -> {
              throw new IllegalStateException("boom");
            })
        .join();

    assertThat(written())
        .contains("msg=\"thread terminated by an exception\" thread=planted")
        .contains("error=\"java.lang.IllegalStateException: boom\"");
  }

  private String logPairs(Format format) {
    setUp(Level.info, format);
    LoggerFactory.getLogger(LoggingTest.class)
        .atWarn()
        .addKeyValue("path", Path.of("image/overlay2"))
        .addKeyValue("error", "no such \"file\"")
        .addKeyValue("count", 3)
        .addKeyValue("again", true)
        .addKeyValue("empty", "")
        .addKeyValue("equal", "a=b")
        .log("cannot read");
    return written();
  }

  private String log(Format format, String message) {
    setUp(Level.info, format);
    LoggerFactory.getLogger(LoggingTest.class).info("{}", message);
    return written();
  }

  private void setUp(Level level, Format format) {
    Logging.setUp(level, format, written);
  }

  private String written() {
    Logging.flush();
    return written.toString(UTF_8);
  }
}
