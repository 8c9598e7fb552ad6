package io.github.dockerimageexporter.cli.option;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearestWordTest {
  private static final List<String> KNOWN =
      List.of("check", "chain-id", "help", "--format", "--fail-on", "--log.level", "--usage");

  @ParameterizedTest
  @CsvSource({
    "chek, check",
    "hlep, help",
    "chainid, chain-id",
    "--formt, --format",
    "--log-level, --log.level",
    "--usages, --usage",
    "--fial-on, --fail-on"
  })
  void aMistypedWordIsFound(String word, String meant) {
    assertThat(NearestWord.to(word, KNOWN)).contains(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "c", "ls", "inspect", "--version", "--plan", "--format.of.this"})
  void anotherWordIsNot(String word) {
    assertThat(NearestWord.to(word, KNOWN)).isEmpty();
  }

  @Test
  void anEndlessWordIsNotCompared() {
    assertThat(NearestWord.to("check".repeat(100_000), KNOWN)).isEmpty();
  }
}
