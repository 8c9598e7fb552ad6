package io.github.dockerimageexporter.posix;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTest {
  private static final int NOT_OPEN = 1_000_000;

  @Test
  void whatIsNotOpenIsNoTerminal() {
    assertThat(Terminal.columns(NOT_OPEN)).isEmpty();
  }
}
