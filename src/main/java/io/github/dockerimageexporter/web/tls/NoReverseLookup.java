package io.github.dockerimageexporter.web.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.util.stream.Stream;

/// Resolves names to addresses as Java does, and no address to a name.
///
/// Java's HTTPS server asks for the name of each client before the handshake, only to key a cache
/// that servers do not have: where DNS is slow, that is a wait of seconds for each scrape. Nothing
/// in the exporter asks for the name of an address on purpose. Public, since Java finds it as a
/// service.
///
/// Source: JDK 25, `sun.net.httpserver.SSLStreams`.
public final class NoReverseLookup extends InetAddressResolverProvider {

  @Override
  public InetAddressResolver get(Configuration configuration) {
    return new Resolver(configuration.builtinResolver());
  }

  @Override
  public String name() {
    return "forward only";
  }

  private record Resolver(InetAddressResolver builtin) implements InetAddressResolver {
    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
        throws UnknownHostException {
      return builtin.lookupByName(host, policy);
    }

    /// What Java then takes for the name is the address itself.
    @Override
    public String lookupByAddress(byte[] address) throws UnknownHostException {
      throw new UnknownHostException("names of addresses are not asked for");
    }
  }
}
