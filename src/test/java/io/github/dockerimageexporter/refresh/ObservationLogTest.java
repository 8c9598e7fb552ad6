package io.github.dockerimageexporter.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.demo.SampleStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservationLogTest {
  private final Logger logger = Logger.getLogger(ObservationLog.class.getName());
  private final List<String> lines = new ArrayList<>();
  private final Handler handler = new Lines();
  @TempDir private Path dataRoot;

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void listenNoMore() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  @Test
  void aGreatManyProblemsAtOnceAreToldInPart() throws IOException, InterruptedException {
    var store = new SampleStore(dataRoot);
    Path layers = Files.createDirectories(dataRoot.resolve(store.layout().layers()));
    for (int i = 0; i < 150; i++) {
      Files.createDirectory(layers.resolve("%064x".formatted(i)));
    }

    new ObservationLog().changed(Optional.empty(), examine());

    assertThat(lines).hasSize(101);
    assertThat(lines.getLast()).isEqualTo("50 more problems found; the command check lists all");
    assertThat(lines.subList(0, 100))
        .doesNotHaveDuplicates()
        .allMatch(line -> line.startsWith("problem found: layer_empty: "));
  }

  @Test
  void aStoreLeftBehindAndWhatIsNotReadAreToldOnce() throws IOException, InterruptedException {
    new SampleStore(dataRoot);
    Files.createDirectory(dataRoot.resolve("image/notes"));
    Files.createDirectories(dataRoot.resolve("buildkit/containerd-overlayfs"));
    Files.createFile(dataRoot.resolve("image/identity-cache.db"));
    Observation seen = examine();
    var log = new ObservationLog();

    log.changed(Optional.empty(), seen);
    log.changed(Optional.of(seen), examine());

    assertThat(lines)
        .containsExactly(
            "not read: image/notes: not an image store, there is no imagedb and no layerdb and no"
                + " repositories.json in it",
            "dockerd does not use the store of overlay2 any more; it is still checked");
  }

  private Observation examine() throws InterruptedException {
    return new Examiner(dataRoot, Duration.ZERO, Duration.ZERO, InstantSource.system())
        .examineTwice();
  }

  private final class Lines extends Handler {
    @Override
    public void publish(LogRecord line) {
      lines.add(new SimpleFormatter().formatMessage(line));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
