package io.github.dockerimageexporter.exporter.http;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/// Tells requests that a page of another site has made a browser send.
///
/// | header           | of a request that may act                 |
/// |------------------|-------------------------------------------|
/// | `Sec-Fetch-Site` | `same-origin`, or `none`: typed by a user |
/// | `Origin`         | names the host and port of `Host`         |
/// | neither          | any: what sends it is not a browser       |
///
/// Source: the Fetch standard; Go's `net/http.CrossOriginProtection` decides by the same rule.
final class CrossSite {
  private static final Set<String> OWN = Set.of("same-origin", "none");

  private CrossSite() {}

  static boolean sent(Headers request) {
    String site = request.getFirst("Sec-Fetch-Site");
    if (site != null) {
      return !OWN.contains(site);
    }
    String origin = request.getFirst("Origin");
    return origin != null
        && !authority(origin).equals(Optional.ofNullable(request.getFirst("Host")));
  }

  /// Host and port; empty for `null` and what is malformed.
  private static Optional<String> authority(String origin) {
    try {
      return Optional.ofNullable(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }
}
