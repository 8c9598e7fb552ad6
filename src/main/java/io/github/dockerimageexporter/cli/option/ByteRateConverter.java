package io.github.dockerimageexporter.cli.option;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// How many bytes a second: `20MiB`, `500KB`, or a plain number; a pebibyte at most, and `0` for as
/// many as there are.
public final class ByteRateConverter implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,18})([KMGT]i?B|B)?");
  private static final long MOST = 1L << 50;

  private static final Map<String, Long> UNITS =
      Map.of(
          "B", 1L,
          "KB", 1_000L,
          "KiB", 1L << 10,
          "MB", 1_000_000L,
          "MiB", 1L << 20,
          "GB", 1_000_000_000L,
          "GiB", 1L << 30,
          "TB", 1_000_000_000_000L,
          "TiB", 1L << 40);

  @Override
  public Long convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "expected bytes a second such as 20MiB, 500KB or 0, got \"" + text + "\"");
    }
    String unit = matcher.group(2);
    long factor = UNITS.getOrDefault(unit == null ? "B" : unit, 1L);
    long amount = Long.parseLong(matcher.group(1));
    if (amount > MOST / factor) {
      throw new TypeConversionException("must be at most 1024TiB, got \"" + text + "\"");
    }
    return amount * factor;
  }
}
