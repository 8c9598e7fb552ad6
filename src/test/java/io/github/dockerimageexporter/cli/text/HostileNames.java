package io.github.dockerimageexporter.cli.text;

import java.util.List;

/// Names that a store can have, and that do harm where they get into a command.
final class HostileNames {
  static final List<String> ALL =
      List.of(
          "it's",
          "'; touch pwned; '",
          "\"$(touch pwned)\"",
          "$(touch pwned)",
          "`touch pwned`",
          "; touch pwned #",
          "\ntouch pwned\n",
          "\r\ntouch pwned",
          "-rf",
          "--force",
          "* ? [a]",
          "\\",
          "\u001b[2J\u0007\u0000\u007f",
          "\u202etac\u2028\u0085",
          "\ud83d",
          "x".repeat(4096),
          "touch pwned;".repeat(342));

  private HostileNames() {}
}
