package io.github.dockerimageexporter.exporter.answer;

import com.sun.net.httpserver.HttpExchange;
import io.github.dockerimageexporter.observation.Observation;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A text about the latest observation, rendered when it is first asked for and kept until there
/// is a newer one to render.
public final class LatestText {
  private final String contentType;
  private final HeldBytes held;
  private @Nullable Kept latest;

  /// What the text is made of.
  ///
  /// @param more besides the observation
  /// @param text writes it
  public record Source(Optional<Observation> seen, Object more, HttpAnswer.Body text) {}

  public LatestText(String contentType, HeldBytes held) {
    this.contentType = contentType;
    this.held = held;
  }

  /// Answers with the text of what `source` gives.
  public void answer(HttpExchange exchange, Supplier<Source> source) throws IOException {
    newest(source).answer(exchange, contentType);
  }

  /// Who asks while a text is rendered waits for it, and gets that of what is newest by then.
  private synchronized GzippedText newest(Supplier<Source> supplier) throws IOException {
    Source source = supplier.get();
    Kept known = latest;
    if (known != null && known.isOf(source)) {
      return known.text;
    }
    if (known != null) {
      known.text.drop();
      latest = null;
    }
    var kept = new Kept(source, GzippedText.of(held, source.text()));
    latest = kept;
    return kept.text;
  }

  /// A text that does not keep what it was made of.
  private static final class Kept {
    private final WeakReference<@Nullable Observation> seen;
    private final Object more;
    private final GzippedText text;

    Kept(Source source, GzippedText text) {
      this.seen = new WeakReference<>(source.seen().orElse(null));
      this.more = source.more();
      this.text = text;
    }

    /// Comparing the contents of observations would cost more than a rendering.
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(Source source) {
      return source.seen().isPresent()
          && seen.get() == source.seen().get()
          && more.equals(source.more());
    }
  }
}
