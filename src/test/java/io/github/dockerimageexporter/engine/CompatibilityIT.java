package io.github.dockerimageexporter.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dockerimageexporter.golden.Golden;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Holds the table of tested engines against what the tests of this run have shown.
@Tag("alone") // After all others.
class CompatibilityIT {
  private static final Path PAGE = Path.of("docs", "compatibility.md");
  private static final String SECTION = "engines";

  /// It may claim less: whoever adds a test need not run it on every engine.
  @Test
  void thePageClaimsNoMoreThanWasShown() throws IOException {
    EngineTable page = page();
    Map<String, Map<EngineNotes.Column, Integer>> shown = EngineNotes.read();
    EngineTable table = Golden.REWRITE ? page.with(shown) : page.limitedTo(shown);

    Golden.assertSection(table.markdown(), PAGE, SECTION);
  }

  /// Elsewhere an engine that is not listed is somebody's own.
  @Test
  void everyEngineOfContinuousIntegrationIsListed() throws IOException {
    assumeTrue("true".equals(System.getenv("CI")) && !Golden.REWRITE);

    assertThat(page().rows().keySet()).containsAll(EngineNotes.read().keySet());
  }

  private static EngineTable page() throws IOException {
    return EngineTable.parse(Golden.section(PAGE, SECTION));
  }
}
