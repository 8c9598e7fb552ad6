package io.github.dockerimageexporter.exporter.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.exporter.answer.ContentEncoding;
import io.github.dockerimageexporter.exporter.answer.HeldBytes;
import io.github.dockerimageexporter.exporter.answer.MetricsFormat;
import io.github.dockerimageexporter.exporter.answer.PartEncoder;
import io.github.dockerimageexporter.exporter.answer.TextPart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ShardedTextTest {
  /// An object, named by a number.
  private record Thing(long rank, int value) {}

  private final ShardedText<Thing, Thing> text = new ShardedText<>(Thing::rank);
  private final TreeMap<Long, Thing> things = new TreeMap<>(Long::compareUnsigned);
  private final Random random = new Random(1);
  private int rendered;

  @Test
  void whatIsUnchangedIsNotRenderedAgain() throws IOException {
    add(1000);
    show();

    show();

    assertThat(rendered).isZero();
  }

  @Test
  void aChangeRendersItsShardAlone() throws IOException {
    add(1000);
    show();
    things.compute(things.firstKey(), (rank, thing) -> new Thing(rank, -1));

    show();

    assertThat(rendered).isBetween(1, 128);
  }

  @Test
  void whateverChangesTheTextIsThatOfAllObjectsInTheirOrder() throws IOException {
    for (int round = 0; round < 200; round++) {
      switch (random.nextInt(4)) {
        case 0 -> add(random.nextInt(300));
        case 1 -> things.entrySet().removeIf(_ -> random.nextInt(3) == 0);
        case 2 -> things.clear();
        default -> things.replaceAll((rank, thing) -> changed(rank, thing));
      }
      show();
    }
  }

  private Thing changed(long rank, Thing thing) {
    return random.nextInt(50) == 0 ? new Thing(rank, thing.value() + 1) : thing;
  }

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      long rank = random.nextLong();
      things.put(rank, new Thing(rank, i));
    }
  }

  /// Shows what is there, and compares it with what it is to be.
  private void show() throws IOException {
    rendered = 0;
    try (var encoder = PartEncoder.of(ContentEncoding.IDENTITY)) {
      var lines = lines("a");
      var more = lines("b");
      var renderer =
          new PartRenderer<Thing>(
              List.of(
                  new PartRenderer.Family<>(
                      lines,
                      (thing, sink) -> {
                        rendered++;
                        sink.accept(LabeledSample.of((double) thing.rank()));
                      }),
                  new PartRenderer.Family<>(
                      more, (thing, sink) -> sink.accept(LabeledSample.of(thing.value())))),
              encoder);
      text.show(List.copyOf(things.values()), thing -> thing, renderer);
    }
    var all = new StringBuilder();
    things.values().forEach(thing -> all.append("a ").append((double) thing.rank()).append('\n'));
    things.values().forEach(thing -> all.append("b ").append((double) thing.value()).append('\n'));
    assertThat(textOf(text.partsOf(0)) + textOf(text.partsOf(1))).isEqualTo(all.toString());
  }

  private static SeriesLines lines(String name) {
    return SeriesLines.of(MetricsFormat.TEXT, name, Map.of(), List.of(), Map.of());
  }

  private static String textOf(List<TextPart> parts) throws IOException {
    var out = new ByteArrayOutputStream();
    HeldBytes.ofHeap().join(parts, ContentEncoding.IDENTITY).writeTo(out, new byte[0]);
    return out.toString(UTF_8);
  }
}
