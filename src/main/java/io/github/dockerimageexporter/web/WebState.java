package io.github.dockerimageexporter.web;

import io.github.dockerimageexporter.web.access.BasicAuth;
import io.github.dockerimageexporter.web.access.HashQueue;
import io.github.dockerimageexporter.web.access.RefusalLog;
import io.github.dockerimageexporter.web.access.TokenBucket;
import io.github.dockerimageexporter.web.tls.ServerTls;
import java.io.IOException;
import java.util.Optional;

/// A configuration in force, with what is kept from request to request.
record WebState(
    WebConfig config,
    Optional<ServerTls> tls,
    Optional<BasicAuth> auth,
    Optional<TokenBucket> limit) {

  /// Puts a configuration into practice.
  ///
  /// @throws IOException if a file that the configuration names is not good
  static WebState of(WebConfig config, HashQueue hashes, RefusalLog refusals) throws IOException {
    Optional<ServerTls> tls =
        config.tls().isEmpty()
            ? Optional.empty()
            : Optional.of(ServerTls.load(config.tls().get(), refusals));
    return new WebState(
        config,
        tls,
        Optional.of(config.users())
            .filter(it -> !it.isEmpty())
            .map(it -> new BasicAuth(it, hashes)),
        config.rate().map(rate -> new TokenBucket(rate, System::nanoTime)));
  }

  /// This one, with what it has in common with `earlier` taken over: who was right before is not
  /// asked for a hash again because a certificate is new.
  WebState after(WebState earlier) {
    return new WebState(
        config,
        tls,
        config.users().equals(earlier.config.users()) ? earlier.auth : auth,
        config.rate().equals(earlier.config.rate()) ? earlier.limit : limit);
  }
}
