package io.github.dockerimageexporter.page.words;

import java.util.Locale;

/// Numbers for a person, alone or with what they count.
public final class Numbers {
  private Numbers() {}

  /// `1 layer`, `2 layers`.
  public static String count(long count, String one) {
    return count(count, one, one + "s");
  }

  public static String count(long count, String one, String many) {
    return format(count) + " " + (count == 1 ? one : many);
  }

  /// With a comma between thousands, whatever the machine's language.
  public static String format(long number) {
    return number < 1000 ? Long.toString(number) : String.format(Locale.ROOT, "%,d", number);
  }
}
