package io.github.dockerimageexporter.store.file;

import java.io.IOException;

/// A store file whose content is not what Docker writes there.
public final class MalformedFileException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final String reason;

  /// @param name the file, in the directory it was looked for
  /// @param reason what was found and what was expected
  MalformedFileException(String name, String reason) {
    super(name + ": " + reason);
    this.name = name;
    this.reason = reason;
  }

  public String name() {
    return name;
  }

  public String reason() {
    return reason;
  }
}
