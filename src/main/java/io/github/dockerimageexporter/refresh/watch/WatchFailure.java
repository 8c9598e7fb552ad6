package io.github.dockerimageexporter.refresh.watch;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/// Why a watch could not be set, in words. The JDK has no types for the limits of inotify.
///
/// Source: OpenJDK, `sun.nio.fs.LinuxWatchService`.
final class WatchFailure {
  static final String OUT_OF_WATCHES = "out of inotify watches (raise fs.inotify.max_user_watches)";

  private static final String OUT_OF_INSTANCES =
      "out of inotify instances (raise fs.inotify.max_user_instances)";

  private WatchFailure() {}

  static boolean isOutOfWatches(IOException failure) {
    return String.valueOf(failure.getMessage()).contains("inotify watches");
  }

  private static boolean isOutOfInstances(IOException failure) {
    return String.valueOf(failure.getMessage()).contains("inotify instances");
  }

  static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return failure.getMessage() + " is gone";
    }
    if (failure instanceof AccessDeniedException) {
      return failure.getMessage() + ": permission denied";
    }
    if (isOutOfWatches(failure)) {
      return OUT_OF_WATCHES;
    }
    return isOutOfInstances(failure) ? OUT_OF_INSTANCES : failure.toString();
  }
}
