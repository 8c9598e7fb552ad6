package io.github.dockerimageexporter.cli.text;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/// The sections of a Markdown file, by the anchors that its links use.
public final class Manual {
  private static final String TITLE = "# ";
  private static final String MEANS = "**Means:** ";

  private final SequencedMap<String, Section> sections;

  private Manual(SequencedMap<String, Section> sections) {
    this.sections = sections;
  }

  /// One section of the manual.
  ///
  /// @param topic the heading as an anchor
  /// @param body the lines up to the next heading
  public record Section(String topic, String heading, List<String> body) {

    /// The first sentence of what it means.
    public String meaning() {
      String paragraph =
          body.stream()
              .dropWhile(line -> !line.startsWith(MEANS))
              .takeWhile(line -> !line.startsWith("**Docker"))
              .collect(joining(" "));
      String sentence = paragraph.replaceFirst("(?<=[^.]\\.) .*", "");
      return sentence.isEmpty() ? "" : ManualText.inline(sentence.substring(MEANS.length()));
    }
  }

  /// Whatever stands before the first heading below the title is left out.
  public static Manual parse(String markdown) {
    var sections = new LinkedHashMap<String, Section>();
    List<String> body = new ArrayList<>();
    for (String line : markdown.lines().toList()) {
      if (line.matches("#{2,3} .*")) {
        String heading = line.replaceFirst("#+ ", "");
        body = new ArrayList<>();
        String topic = anchor(heading);
        sections.put(topic, new Section(topic, heading, body));
      } else if (!line.startsWith(TITLE)) {
        body.add(line);
      }
    }
    return new Manual(sections);
  }

  /// The section of `topic`, in capitals or not.
  public Optional<Section> section(String topic) {
    return Optional.ofNullable(sections.get(topic.toLowerCase(Locale.ROOT)));
  }

  public Collection<String> topics() {
    return sections.sequencedKeySet();
  }

  /// As GitHub makes it.
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_ -]", "").replace(' ', '-');
  }
}
