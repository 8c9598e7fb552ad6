package io.github.dockerimageexporter.posix;

import java.nio.file.FileSystemException;

/// A symbolic link stands where something should be read, and is not followed or leads nowhere.
public final class SymbolicLinkException extends FileSystemException {
  private static final long serialVersionUID = 1;

  /// @param target where the link points
  /// @param complaint why what is there is not read, to go on after "which"
  SymbolicLinkException(String link, String target, String complaint) {
    super(link, null, "%s is a symbolic link to %s, which %s".formatted(link, target, complaint));
  }

  /// The reason alone: it begins with the link.
  @Override
  public String getMessage() {
    return String.valueOf(getReason());
  }
}
