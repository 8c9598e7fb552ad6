package io.github.dockerimageexporter.cli.option;

import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Names that containerd allows for a namespace.
///
/// Source: containerd, `pkg/identifiers/validate.go`.
final class NamespaceConverter implements ITypeConverter<String> {
  private static final int LONGEST = 76;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]+([._-][A-Za-z0-9]+)*");

  @Override
  public String convert(String text) {
    if (text.length() > LONGEST || !NAME.matcher(text).matches()) {
      throw new TypeConversionException(
          "must be names of containerd namespaces, like moby or k8s.io, got \"" + text + "\"");
    }
    return text;
  }
}
