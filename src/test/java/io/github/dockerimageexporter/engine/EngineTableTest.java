package io.github.dockerimageexporter.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.engine.EngineNotes.Column;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EngineTableTest {
  private static final String VFS = "Docker 20.10 | 1.6 | graph driver `vfs`";
  private static final String TABLE =
      """
      | Docker | containerd | images are kept in | figures equal to the engine's own \
      | damaged records and directories found \
      | damaged files of layers found |
      |---|---|---|---|---|---|
      | Docker 28.5 | 2.1 | graph driver `overlay2` | 120 | 60 | 11 |
      | Docker 20.10 | 1.6 | graph driver `vfs` | 118 | 60 | |
      """;

  @Test
  void staysWhereNothingRan() {
    EngineTable table = EngineTable.parse(TABLE);

    assertThat(table.with(Map.of()).markdown()).isEqualTo(TABLE);
    assertThat(table.limitedTo(Map.of()).markdown()).isEqualTo(TABLE);
  }

  @Test
  void takesWhatARunHasShownAndKeepsTheRest() {
    var shown =
        Map.of(
            VFS,
            Map.of(Column.FIGURES, 117, Column.FILES, 10),
            "Docker 29.0 | 2.2 | `overlayfs` of a separate containerd",
            Map.of(Column.FAULTS, 52));

    assertThat(EngineTable.parse(TABLE).with(shown).markdown())
        .isEqualTo(
            TABLE
                .replace("| 118 | 60 | |", "| 117 | 60 | 10 |")
                .replace(
                    "| Docker 28.5",
                    "| Docker 29.0 | 2.2 | `overlayfs` of a separate containerd | | 52 | |\n"
                        + "| Docker 28.5"));
  }

  @Test
  void claimsNoMoreThanARunHasShown() {
    var shown = Map.of(VFS, Map.of(Column.FIGURES, 117, Column.FAULTS, 61, Column.FILES, 10));

    assertThat(EngineTable.parse(TABLE).limitedTo(shown).markdown())
        .isEqualTo(TABLE.replace("| 118 | 60 | |", "| 117 | 60 | |"));
  }
}
