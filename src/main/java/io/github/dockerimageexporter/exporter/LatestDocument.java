package io.github.dockerimageexporter.exporter;

import com.sun.net.httpserver.HttpExchange;
import io.github.dockerimageexporter.refresh.Observation;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A document of the latest observation, rendered when it is first asked for.
///
/// Clients that read slowly hold on to what they read. While they hold more than
/// [#MOST_HELD_BYTES], the latest rendering is served once more instead of a newer one, so that
/// they cannot fill the memory with old ones.
final class LatestDocument {
  private static final long MOST_HELD_BYTES = 4 << 20;

  private final String contentType;
  private @Nullable Rendering latest;
  private long heldBytes;

  LatestDocument(String contentType) {
    this.contentType = contentType;
  }

  /// Answers with the document of `seen`.
  ///
  /// @param more what else it is made of
  /// @param text writes it
  void answer(HttpExchange exchange, Optional<Observation> seen, Object more, Answer.Body text)
      throws IOException {
    Rendering rendering = begin(seen, more, text);
    try {
      rendering.document.answer(exchange, contentType);
    } finally {
      end(rendering);
    }
  }

  /// Who asks while a rendering is made waits for it.
  private synchronized Rendering begin(Optional<Observation> seen, Object more, Answer.Body text)
      throws IOException {
    Rendering rendering = latest;
    if (rendering == null || (!rendering.isOf(seen, more) && heldBytes < MOST_HELD_BYTES)) {
      rendering = new Rendering(seen, more, Document.of(text));
      latest = rendering;
    }
    if (rendering.readers++ == 0) {
      heldBytes += rendering.document.sizeBytes();
    }
    return rendering;
  }

  private synchronized void end(Rendering rendering) {
    if (--rendering.readers == 0) {
      heldBytes -= rendering.document.sizeBytes();
    }
  }

  /// A document, and how many are reading it. It does not keep what it was made of.
  private static final class Rendering {
    private final WeakReference<@Nullable Observation> seen;
    private final Object more;
    private final Document document;
    private int readers;

    Rendering(Optional<Observation> seen, Object more, Document document) {
      this.seen = new WeakReference<>(seen.orElse(null));
      this.more = more;
      this.document = document;
    }

    /// Comparing the contents of observations would cost more than a rendering.
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(Optional<Observation> other, Object otherMore) {
      return other.isPresent() && seen.get() == other.get() && more.equals(otherMore);
    }
  }
}
