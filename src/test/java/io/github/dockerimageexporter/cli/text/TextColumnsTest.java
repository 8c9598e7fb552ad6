package io.github.dockerimageexporter.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextColumnsTest {
  private static final List<String[]> ROWS =
      List.of(
          new String[] {"ID", "STATE", "SIZE"},
          new String[] {"1", "first_problem, second_problem, third_problem", "10"},
          new String[] {"2", "consistent", "999"});

  @Test
  void aColumnIsAsWideAsItsWidestCell() {
    assertThat(printed(1000))
        .isEqualTo(
            """
            ID  STATE                                         SIZE
            1   first_problem, second_problem, third_problem  10
            2   consistent                                    999
            """);
  }

  @Test
  void theWidestColumnIsWrappedToKeepTheWidth() {
    assertThat(printed(42))
        .isEqualTo(
            """
            ID  STATE                             SIZE
            1   first_problem, second_problem,    10
                third_problem
            2   consistent                        999
            """);
  }

  private static String printed(int maxWidth) {
    var out = new StringWriter();
    TextColumns.print(new PrintWriter(out, true), ROWS, maxWidth);
    return out.toString();
  }
}
