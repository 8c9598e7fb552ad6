package io.github.dockerimageexporter.web.tls;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/// A context whose new connections follow the newest configuration.
///
/// The JDK's server asks its context for an engine with each connection, and takes another context
/// only before its start. A session of an older configuration cannot be resumed.
public final class LiveSslContext extends SSLContext {
  public LiveSslContext(Supplier<ServerTls> newest) {
    super(new Newest(newest), newest.get().context().getProvider(), "TLS");
  }

  private static final class Newest extends SSLContextSpi {
    private final Supplier<ServerTls> newest;

    Newest(Supplier<ServerTls> newest) {
      this.newest = newest;
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trust, SecureRandom random)
        throws KeyManagementException {
      throw new KeyManagementException("set up by the web configuration");
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
      return engineCreateSSLEngine("", -1);
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
      return newest.get().engine(host, port);
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
      return newest.get().context().getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
      return newest.get().context().getServerSocketFactory();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
      return newest.get().context().getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
      return newest.get().context().getClientSessionContext();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
      return newest.get().parameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
      return newest.get().context().getSupportedSSLParameters();
    }
  }
}
