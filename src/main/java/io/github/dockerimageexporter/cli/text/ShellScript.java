package io.github.dockerimageexporter.cli.text;

import io.github.dockerimageexporter.model.Quote;

/// A POSIX shell script, as it is written: comments of one line, and calls whose arguments are all
/// quoted.
final class ShellScript {
  private final StringBuilder text = new StringBuilder();

  /// A comment that begins a section.
  void heading(String title) {
    text.append('\n');
    comment("---- " + title);
  }

  /// A comment ends with its line, so nothing in it may end that.
  void comment(String comment) {
    line(("# " + Quote.sentence(comment)).stripTrailing());
  }

  void call(String function, String... arguments) {
    var line = new StringBuilder(function);
    for (String argument : arguments) {
      line.append(' ').append(Quote.shellWord(argument));
    }
    line(line.toString());
  }

  /// Sets the variable `name` to `value`.
  void variable(String name, String value) {
    line(name + "=" + Quote.shellWord(value));
  }

  void line(String line) {
    text.append(line).append('\n');
  }

  /// Many lines as they are, behind an empty one.
  void block(String lines) {
    text.append('\n').append(lines);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
