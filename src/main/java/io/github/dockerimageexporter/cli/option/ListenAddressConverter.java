package io.github.dockerimageexporter.cli.option;

import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Where to listen: `:port`, `host:port` or `[::1]:port`.
public final class ListenAddressConverter implements ITypeConverter<InetSocketAddress> {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:\\[(?<literal>[0-9a-fA-F:.]+)]|(?<host>[^:\\[\\]]*)):(?<port>[0-9]{1,5})");
  private static final int MAX_PORT = 65_535;

  @Override
  public InetSocketAddress convert(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group("port")) > MAX_PORT) {
      throw new TypeConversionException(
          "expected :port, host:port or [address]:port, got \"" + text + "\"");
    }
    int port = Integer.parseInt(matcher.group("port"));
    String literal = matcher.group("literal");
    String host = literal != null ? literal : matcher.group("host");
    var address = host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new TypeConversionException("cannot resolve host \"" + host + "\"");
    }
    return address;
  }
}
