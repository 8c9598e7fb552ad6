package io.github.dockerimageexporter.engine.machine;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Lets every test wait long for what it awaits: how soon that comes is a matter of the machine,
/// and a test that is not to wait so long says so.
public final class Patience implements BeforeAllCallback {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @Override
  public void beforeAll(ExtensionContext context) {
    Awaitility.setDefaultTimeout(LIMIT);
  }
}
