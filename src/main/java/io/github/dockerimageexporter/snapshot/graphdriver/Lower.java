package io.github.dockerimageexporter.snapshot.graphdriver;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a file `lower` says: the short names of the directories that one stands on, the nearest
/// first, joined by colons; or whatever else is in it.
///
/// In a sound store it is the short name of one directory and then what that one's own `lower`
/// says, for each directory of a chain. So it refers to the record of that directory instead of a
/// copy, of which ten in a chain would take as much memory as everything else that is known of it.
///
/// Source: moby, `daemon/graphdriver/overlay2/overlay.go`, `getLower`.
public final class Lower {
  private static final String SEPARATOR = ":";

  /// Null if it is the stack on `below`.
  private final @Nullable String written;

  private final @Nullable OverlayRecord below;
  private final int length;

  private Lower(@Nullable String written, @Nullable OverlayRecord below, int length) {
    this.written = written;
    this.below = below;
    this.length = length;
  }

  public static Lower of(String text) {
    return new Lower(text, null, text.length());
  }

  /// What a directory that stands on `below` has for its `lower`; `below` has a `link`.
  public static Lower on(OverlayRecord below) {
    int link = OverlayRecord.LINKS.length() + below.link().orElseThrow().length();
    return new Lower(null, below, link + below.lower().map(rest -> 1 + rest.length).orElse(0));
  }

  /// The same, without a copy of what it shares with `below`, if it is the stack on that.
  Lower sharedWith(OverlayRecord below) {
    return isOn(below) ? on(below) : this;
  }

  /// Whether it is the short name of `below` and what that stands on.
  public boolean isOn(OverlayRecord below) {
    return isKeptIn(below) || (below.link().isPresent() && equals(on(below)));
  }

  /// The short name that it begins with; empty if it begins with none.
  public Optional<String> nearest() {
    String text = below != null ? OverlayRecord.LINKS + below.link().orElseThrow() : text();
    int end = OverlayRecord.LINKS.length() + OverlayRecord.LINK_LENGTH;
    return text.length() >= end && text.startsWith(OverlayRecord.LINKS)
        ? Optional.of(text.substring(OverlayRecord.LINKS.length(), end))
            .filter(OverlayRecord::isLink)
        : Optional.empty();
  }

  /// In characters.
  public int length() {
    return length;
  }

  /// As it stands in the file.
  public String text() {
    if (written != null) {
      return written;
    }
    var text = new StringBuilder(length);
    appendTo(text);
    return text.toString();
  }

  private void appendTo(StringBuilder text) {
    if (below == null) {
      text.append(written);
      return;
    }
    text.append(OverlayRecord.LINKS).append(below.link().orElseThrow());
    if (below.lower().isPresent()) {
      text.append(SEPARATOR);
      below.lower().get().appendTo(text);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Lower lower
        && length == lower.length
        && ((lower.below != null && isKeptIn(lower.below)) || lower.standsIn(text(), 0));
  }

  /// Whether it is what `text` has at `start`.
  private boolean standsIn(String text, int start) {
    if (below == null) {
      return text.startsWith(text(), start);
    }
    String link = below.link().orElseThrow();
    int linkStart = start + OverlayRecord.LINKS.length();
    int linkEnd = linkStart + link.length();
    return text.startsWith(OverlayRecord.LINKS, start)
        && text.startsWith(link, linkStart)
        && (below.lower().isEmpty()
            || (text.startsWith(SEPARATOR, linkEnd)
                && below.lower().get().standsIn(text, linkEnd + SEPARATOR.length())));
  }

  @SuppressWarnings("ReferenceEquality") // Comparing the records would compare the whole chain.
  private boolean isKeptIn(OverlayRecord record) {
    return below == record;
  }

  @Override
  public int hashCode() {
    return text().hashCode();
  }

  @Override
  public String toString() {
    return text();
  }
}
