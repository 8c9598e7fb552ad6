package io.github.dockerimageexporter.bolt;

import java.io.IOException;

/// A database that has more than this package reads; nothing is wrong with it.
public final class BoltLimitException extends IOException {
  private static final long serialVersionUID = 1L;

  BoltLimitException(String where, String limit) {
    super(where + ": found more than " + limit + ", the limit here");
  }
}
