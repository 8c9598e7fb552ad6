package io.github.dockerimageexporter.exporter.metrics;

import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.NOON;
import static io.github.dockerimageexporter.exporter.metrics.StoreFixture.chain;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ScrubState;
import io.github.dockerimageexporter.observation.ScrubState.Background;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.Parts;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.StoreUse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two stores go through random changes, one of them with layers for several shards.
class KeptTextTest {
  private static final int STEPS = 40;
  private static final int IMAGES = 25;
  private static final List<StorePart> PARTS = List.of(StorePart.values());
  private static final List<String> NAMES =
      List.of("app", "a\"b", "two\nlines", "\\", "\ud800", "\udc00", "\u0000", "\u202e");

  private StoreFixture large = new StoreFixture();
  private StoreFixture small = new StoreFixture("vfs");
  private int count;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void whateverChangesTheTextIsThatOfAFreshRendering(long seed) throws IOException {
    var random = new Random(seed);
    var text =
        new FollowedText(
            new CollectorOptions(true, true, true, random.nextBoolean() ? 10_000 : 60));
    restart();
    for (int step = 0; step < STEPS; step++) {
      change(random);
      text.show(seen(random), "seed " + seed + ", step " + step);
    }
  }

  private Observation seen(Random random) {
    return random.nextInt(8) == 0 ? small.observation() : StoreFixture.observation(small, large);
  }

  private void restart() {
    large = new StoreFixture();
    small = new StoreFixture("vfs");
    small.image("only", "base:1", "only:2");
    small.reference("only:1", "only");
    for (int i = 0; i < IMAGES; i++) {
      large.image("image" + i, layers(i));
    }
  }

  private static String[] layers(int image) {
    return IntStream.range(0, 8)
        .mapToObj(
            i -> i < 4 ? "base" + image / 4 + "-" + i + ":100" : "own" + image + "-" + i + ":7")
        .toArray(String[]::new);
  }

  private static ChainId layerOf(int image, int height) {
    return chain(
        List.of(layers(image)).subList(0, height).stream()
            .map(layer -> layer.substring(0, layer.indexOf(':')))
            .toArray(String[]::new));
  }

  private void change(Random random) {
    count++;
    int image = random.nextInt(IMAGES);
    String name = "image" + image;
    ChainId layer = layerOf(image, 1 + random.nextInt(8));
    switch (random.nextInt(16)) {
      case 0 -> large.image(name, layers(image));
      case 1 -> large.withoutImage(name);
      case 2 -> large.reference(NAMES.get(random.nextInt(NAMES.size())) + random.nextInt(3), name);
      case 3 -> measure(random, image);
      case 4 -> IntStream.range(0, IMAGES).forEach(each -> measure(random, each));
      case 5 -> large.withoutContent(layer);
      case 6 -> large.without(layer);
      case 7 -> large.hides(layer, Map.of(layerOf(image, 1), (long) random.nextInt(100)));
      case 8 -> large.image("more" + count, "base0-0:100", "more" + count + ":" + count);
      case 9 -> large.invalidImage("bad" + random.nextInt(3));
      case 10 -> large.invalidLayer("bad" + random.nextInt(3));
      case 11 -> large.closedDirectory(layer);
      case 12 -> large.scrubbed(scrubbed(random, layer));
      case 13 -> small.use(random.nextBoolean() ? StoreUse.IN_USE : StoreUse.LEFT_BEHIND);
      case 14 -> changeSeldom(random, name, layer);
      default -> {}
    }
  }

  private void changeSeldom(Random random, String image, ChainId layer) {
    switch (random.nextInt(5)) {
      case 0 -> large.unknown(PARTS.get(random.nextInt(PARTS.size())));
      case 1 -> large.unreadable(layer);
      case 2 -> large.unreadableImage(image);
      case 3 -> large.cached(layer);
      default -> restart();
    }
  }

  private void measure(Random random, int image) {
    for (String layer : layers(image)) {
      long bytes = random.nextInt(3);
      large.measured(layer.substring(0, layer.indexOf(':')), bytes, bytes * 512, 1 + bytes);
    }
  }

  private static ScrubState scrubbed(Random random, ChainId layer) {
    var tally =
        new ScrubTally(Depth.CONTENT, 1, 2, random.nextInt(9), 0, Map.of(), 1, Optional.empty());
    return new ScrubState(
        List.of(tally),
        Optional.of(
            new Background(
                random.nextInt(99),
                false,
                Optional.empty(),
                Parts.ofChains(Map.of(layer, NOON.plusSeconds(random.nextInt(2)))))));
  }
}
