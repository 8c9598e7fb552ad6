package io.github.dockerimageexporter.web;

import io.github.dockerimageexporter.web.access.HashQueue;
import io.github.dockerimageexporter.web.access.RefusalLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the newest good state of a web configuration, by checking its files when it is asked.
final class WebConfigWatch {
  private static final Logger LOG = LoggerFactory.getLogger(WebConfigWatch.class);
  private static final long CHECK_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Set<PosixFilePermission> OTHERS_READ =
      Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

  private final Path file;
  private final RefusalLog refusals;
  private final HashQueue hashes = new HashQueue();
  private final ReentrantLock checking = new ReentrantLock();
  private final Set<String> remarks = new HashSet<>();
  private Map<Path, FileStamp> seen = Map.of();
  private volatile long checkedAt = System.nanoTime();
  private volatile WebState newest;

  private WebConfigWatch(Path file, RefusalLog refusals) throws IOException {
    this.file = file.toAbsolutePath().normalize();
    this.refusals = refusals;
    this.newest = read();
    remark(newest);
  }

  /// Reads the first state.
  ///
  /// @throws IOException in one line, if the first state is not good
  static WebConfigWatch open(Path file, RefusalLog refusals) throws IOException {
    return new WebConfigWatch(file, refusals);
  }

  /// Never waits for a check that another thread takes.
  WebState newest() {
    if (System.nanoTime() - checkedAt >= CHECK_NANOS && checking.tryLock()) {
      try {
        checkedAt = System.nanoTime();
        if (haveFilesChanged()) {
          reread();
        }
      } finally {
        checking.unlock();
      }
    }
    return newest;
  }

  private boolean haveFilesChanged() {
    var stamps = new LinkedHashMap<Path, FileStamp>();
    for (Map.Entry<Path, FileStamp> known : seen.entrySet()) {
      FileStamp now = FileStamp.of(known.getKey());
      if (known.getValue().hasChanged(known.getKey(), now)) {
        return true;
      }
      stamps.put(known.getKey(), now);
    }
    seen = stamps;
    return false;
  }

  /// Reads all files again.
  ///
  /// @return whether they are good
  boolean reread() {
    checking.lock();
    try {
      WebState read = read();
      if (read.tls().isPresent() != newest.tls().isPresent()) {
        throw new IOException(file + ": adding or removing tls_server_config needs a restart");
      }
      newest = read.after(newest);
      refusals.forget();
      LOG.atInfo().addKeyValue("file", file).log("web config reloaded");
      remark(newest);
      return true;
    } catch (IOException bad) {
      LOG.atError()
          .addKeyValue("error", bad.getMessage())
          .log("web config is invalid; the previous one stays in use");
      return false;
    } finally {
      checking.unlock();
    }
  }

  /// Notes what a file was before it is read, so that no change is missed, and of files that are
  /// not good too, so that each is complained of once.
  private WebState read() throws IOException {
    var stamps = new LinkedHashMap<>(seen);
    stamps.replaceAll((path, _) -> FileStamp.of(path));
    stamps.put(file, FileStamp.of(file));
    seen = stamps;
    WebConfig config = WebConfigFile.read(file);
    var used = new LinkedHashMap<Path, FileStamp>();
    config.files().forEach(path -> used.put(path, stamps.getOrDefault(path, FileStamp.of(path))));
    seen = used;
    return WebState.of(config, hashes, refusals);
  }

  private void remark(WebState state) {
    for (Path secret : state.config().secretFiles()) {
      if (isReadByOthers(secret)) {
        warnOnce("file contains a secret and is readable by others than its owner", "file", secret);
      }
    }
    state
        .tls()
        .map(tls -> tls.certificate().getNotAfter().toInstant())
        .filter(end -> end.isBefore(Instant.now()))
        .ifPresent(end -> warnOnce("the server's certificate has expired", "expired", end));
    if (state.config().http2()) {
      warnOnce("http2 is accepted, but only HTTP/1.1 is served", "file", file);
    }
  }

  private void warnOnce(String remark, String key, Object value) {
    if (remarks.add(remark + value)) {
      LOG.atWarn().addKeyValue(key, value).log(remark);
    }
  }

  private static boolean isReadByOthers(Path path) {
    try {
      return Files.getPosixFilePermissions(path).stream().anyMatch(OTHERS_READ::contains);
    } catch (IOException gone) {
      return false;
    }
  }
}
