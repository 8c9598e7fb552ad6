package io.github.dockerimageexporter.observation;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// What someone looks for: words, each of which must stand in one of the texts of what is found,
/// whatever their case.
public record Search(List<String> words) {
  /// In characters: more than a digest and a name.
  public static final int LONGEST = 400;

  /// Finds everything.
  public static final Search ALL = new Search(List.of());

  public Search {
    words = List.copyOf(words);
  }

  /// A search for words with spaces between them.
  public static Search of(String text) {
    return new Search(
        Arrays.stream(text.toLowerCase(Locale.ROOT).split("\\s+"))
            .filter(word -> !word.isEmpty())
            .distinct()
            .toList());
  }

  public boolean isForAll() {
    return words.isEmpty();
  }

  public boolean finds(List<String> texts) {
    List<String> lower = texts.stream().map(text -> text.toLowerCase(Locale.ROOT)).toList();
    return words.stream().allMatch(word -> lower.stream().anyMatch(text -> text.contains(word)));
  }
}
