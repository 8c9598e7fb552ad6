package io.github.dockerimageexporter.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ManualTest {
  private static final Manual MANUAL =
      Manual.parse(
          """
          # Title

          Words of no section.

          ## Before any repair

          Read this, all of it, even though it takes more than eighty columns to write it down.

          1. Stop the daemon, **now**, and see that nothing at all is running any more beside it.
          2. Move:

          ```sh
          mv 'a very long line of code that is longer than eighty columns' 'and has to stay on one line'
          ```

          ### A step, of it!

          - Start.

          ## layer_lost

          **Means:** the layer is lost, v1.2 or not. Its images
          are too.
          **Do:** see [the step](#a-step-of-it), `docker pull` it.
          **Costs:** a [scrub](operations.md#scrub).
          """);

  @Test
  void sectionsAreNamedAsTheirAnchorsAre() {
    assertThat(MANUAL.topics()).containsExactly("before-any-repair", "a-step-of-it", "layer_lost");
    assertThat(MANUAL.section("a-step-of-it").orElseThrow().heading()).isEqualTo("A step, of it!");
  }

  @Test
  void theMeaningIsTheFirstSentence() {
    assertThat(MANUAL.section("layer_lost").orElseThrow().meaning())
        .isEqualTo("the layer is lost, v1.2 or not.");
    assertThat(MANUAL.section("a-step-of-it").orElseThrow().meaning()).isEmpty();
  }

  @Test
  void labelsStandInAColumnAndLinksSayWhatToExplain() {
    assertThat(text("layer_lost"))
        .isEqualTo(
            """
            Means:   the layer is lost, v1.2 or not. Its images are too.
            Do:      see the step (explain a-step-of-it), `docker pull` it.
            Costs:   a scrub (docs/operations.md).
            """);
  }

  @Test
  void paragraphsAndListsAreFilledAndCodeIsNot() {
    assertThat(text("before-any-repair"))
        .isEqualTo(
            """
            Read this, all of it, even though it takes more than eighty columns to write it
            down.

            1.  Stop the daemon, now, and see that nothing at all is running any more
                beside it.
            2.  Move:

                mv 'a very long line of code that is longer than eighty columns' 'and has to stay on one line'

            """);
  }

  private static String text(String topic) {
    return ManualText.of(MANUAL.section(topic).orElseThrow().body());
  }
}
