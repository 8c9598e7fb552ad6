package io.github.dockerimageexporter.exporter.text;

import io.github.dockerimageexporter.exporter.answer.PartEncoder;
import io.github.dockerimageexporter.exporter.answer.TextPart;
import io.github.dockerimageexporter.exporter.text.LineWriter.TextBuffer;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Makes the parts of some objects in the texts of some families. For one thread.
public final class PartRenderer<F> implements ShardedText.Renderer<F> {
  private final List<Family<F>> families;
  private final PartEncoder encoder;
  private final List<TextBuffer> buffers;
  private final LineWriter writer = new LineWriter();

  /// How the series of an object are read and written.
  public record Family<F>(SeriesLines lines, Series<F> series) {}

  /// The series of one object; none while they are not known.
  public interface Series<F> {
    void emit(F object, Consumer<LabeledSample> sink);

    /// How many there are.
    default long count(F object) {
      long[] count = new long[1];
      emit(object, _ -> count[0]++);
      return count[0];
    }
  }

  public PartRenderer(List<Family<F>> families, PartEncoder encoder) {
    this.families = families;
    this.encoder = encoder;
    this.buffers = Stream.generate(TextBuffer::new).limit(families.size()).toList();
  }

  /// Object by object, since the families of each have labels in common.
  @Override
  public List<TextPart> apply(List<F> objects) {
    buffers.forEach(TextBuffer::clear);
    for (F object : objects) {
      for (int i = 0; i < buffers.size(); i++) {
        TextBuffer buffer = buffers.get(i);
        Family<F> family = families.get(i);
        family.series().emit(object, sample -> writer.write(buffer, family.lines(), sample));
      }
    }
    return buffers.stream().map(text -> encoder.encode(text.bytes(), text.length())).toList();
  }
}
