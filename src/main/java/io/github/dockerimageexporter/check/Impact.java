package io.github.dockerimageexporter.check;

import java.util.Locale;

/// What a problem does to the people who run the images.
public enum Impact {
  /// Run, pull or daemon start fails, or Docker silently drops the object.
  UNUSABLE,
  /// It works, with other content or figures than recorded.
  WRONG_DATA,
  /// Space only.
  WASTE;

  /// Whether it is more than space.
  public boolean isHarmful() {
    return this != WASTE;
  }

  /// The value of the exported `impact` label.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
