package io.github.dockerimageexporter.cli.command;

import io.github.dockerimageexporter.cli.text.CommandFailure;
import io.github.dockerimageexporter.web.tls.TrustedAuthorities;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.net.ssl.HttpsURLConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Asks a running exporter whether it is well, for containers without a shell.
@Command(name = "healthcheck", description = "Exit with 0 if a running exporter is healthy.")
final class HealthcheckCommand implements Callable<Integer> {
  private static final int TIMEOUT_MILLIS = (int) Duration.ofSeconds(5).toMillis();

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:10210/-/healthy",
      paramLabel = "URL",
      description = "URL to request. Default: ${DEFAULT-VALUE}")
  private URI url = URI.create("http://127.0.0.1:10210/-/healthy");

  @Option(
      names = "--ca.file",
      paramLabel = "FILE",
      description = "CA certificates to trust, in PEM. Default: those the Java runtime trusts")
  private Optional<Path> authorities = Optional.empty();

  @Override
  public Integer call() {
    int status = status();
    if (status != HttpURLConnection.HTTP_OK) {
      throw new CommandFailure("%s answered %d, expected 200".formatted(url, status));
    }
    return 0;
  }

  private int status() {
    try {
      if (!(url.toURL().openConnection() instanceof HttpURLConnection connection)) {
        throw new CommandFailure("expected an HTTP or HTTPS URL, found " + url);
      }
      if (connection instanceof HttpsURLConnection secure && authorities.isPresent()) {
        secure.setSSLSocketFactory(TrustedAuthorities.of(authorities.get()).getSocketFactory());
      }
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      return connection.getResponseCode();
    } catch (IOException | IllegalArgumentException failure) {
      throw new CommandFailure("%s: %s".formatted(url, failure.getMessage()));
    }
  }
}
