package io.github.dockerimageexporter.cli.option;

import static java.util.Comparator.comparingInt;

import io.github.dockerimageexporter.model.Quote;
import java.util.Collection;
import java.util.Optional;

/// Finds the known word that a mistyped one most likely stands for.
public final class NearestWord {
  private static final int EDITS = 2;
  private static final int LETTERS_PER_EDIT = 4;
  private static final int MAX_LENGTH = 100;

  private NearestWord() {}

  /// The word of `known` that takes the fewest edits to make of `word`; empty if it takes too many.
  public static Optional<String> to(String word, Collection<String> known) {
    if (word.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    int most = Math.min(word.length() - 1, Math.max(EDITS, word.length() / LETTERS_PER_EDIT));
    return known.stream()
        .filter(each -> edits(word, each) <= most)
        .min(comparingInt(each -> edits(word, each)));
  }

  /// `word: what`, and the known word that may have been meant.
  public static String complaint(String what, String word, Collection<String> known) {
    String hint = to(word, known).map("; did you mean %s?"::formatted).orElse("");
    return Quote.line(word) + ": " + what + hint;
  }

  /// How many letters have to be added, taken away or replaced (Levenshtein's distance).
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
