package io.github.dockerimageexporter.web;

import io.github.dockerimageexporter.web.access.Admission;
import io.github.dockerimageexporter.web.access.Admission.Refusal;
import io.github.dockerimageexporter.web.access.RefusalLog;
import io.github.dockerimageexporter.web.tls.LiveSslContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.slf4j.event.KeyValuePair;

/// Who may ask the server, and over what, as the newest good state of a web configuration says.
///
/// Each request and each connection has the files checked, once a second at most. A change that
/// cannot be used is logged once, and what was good before stays in force.
public final class WebAccess {
  private static final Map<String, String> CHALLENGE =
      Map.of("WWW-Authenticate", "Basic realm=\"docker-image-exporter\", charset=\"UTF-8\"");
  private static final Map<String, String> RETRY = Map.of("Retry-After", "1");

  private final RefusalLog refusals;
  private final WebConfigWatch watch;

  private WebAccess(WebConfigWatch watch, RefusalLog refusals) {
    this.watch = watch;
    this.refusals = refusals;
  }

  /// Reads `file` for the first time.
  ///
  /// @throws IOException in one line, if the file or one that it names is not good
  public static WebAccess open(Path file) throws IOException {
    var refusals = new RefusalLog();
    return new WebAccess(WebConfigWatch.open(file, refusals), refusals);
  }

  /// TLS for the server's connections; empty for plain HTTP. Whether there is one stays as it is.
  public Optional<SSLContext> sslContext() {
    return watch
        .newest()
        .tls()
        .map(_ -> new LiveSslContext(() -> watch.newest().tls().orElseThrow()));
  }

  /// Reads the files now, changed or not.
  ///
  /// @return whether they are good; if not, the log says why
  public boolean reload() {
    return watch.reread();
  }

  /// Decides about a request.
  ///
  /// @param authorization the header of this name
  /// @param client the address that asks, for the log
  public Admission admit(String path, Optional<String> authorization, String client)
      throws InterruptedException {
    WebState state = watch.newest();
    Optional<Refusal> refusal =
        state.limit().filter(limit -> !limit.tryTake()).isPresent()
            ? Optional.of(new Refusal(429, "too many requests", RETRY))
            : authenticate(state, path, authorization, client);
    return new Admission(refusal, state.config().headers());
  }

  private Optional<Refusal> authenticate(
      WebState state, String path, Optional<String> authorization, String client)
      throws InterruptedException {
    if (state.auth().isEmpty() || state.config().openPaths().contains(path)) {
      return Optional.empty();
    }
    return switch (state.auth().get().check(authorization)) {
      case ALLOWED -> Optional.empty();
      case NO_CREDENTIALS -> Optional.of(new Refusal(401, "password required", CHALLENGE));
      case UNKNOWN_USER -> refuse("unknown user", client);
      case WRONG_PASSWORD -> refuse("wrong password", client);
      case BUSY -> Optional.of(new Refusal(503, "too many password checks in progress", RETRY));
    };
  }

  private Optional<Refusal> refuse(String reason, String client) {
    refusals.log(
        "request refused", new KeyValuePair("reason", reason), new KeyValuePair("client", client));
    return Optional.of(new Refusal(401, "wrong user or password", CHALLENGE));
  }
}
