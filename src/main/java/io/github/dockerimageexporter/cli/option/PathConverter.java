package io.github.dockerimageexporter.cli.option;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Paths; an empty one would be the working directory, which nobody means by it.
public final class PathConverter implements ITypeConverter<Path> {
  @Override
  public Path convert(String text) {
    if (text.isEmpty()) {
      throw new TypeConversionException("must not be empty");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException inexpressible) {
      throw new TypeConversionException(
          "this locale cannot express the path (try LC_ALL=C.UTF-8), got \"" + text + "\"");
    }
  }
}
