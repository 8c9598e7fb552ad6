package io.github.dockerimageexporter.soak;

import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.ImageStore;
import java.io.IOException;
import java.util.List;

/// What becomes of an engine between two bursts of work.
enum Interruption {
  RESTART("restart"),
  REMOVAL("removal of everything"),
  DOCKERD_KILLED("kill of dockerd"),
  CONTAINERD_KILLED("kill of containerd"),
  BOTH_KILLED("kill of both");

  private final String text;

  Interruption(String text) {
    this.text = text;
  }

  /// Those that a kind of store must survive, in their order.
  ///
  /// A graph driver does not survive a kill: it leaves what is reported, and rightly so.
  static List<Interruption> of(ImageStore store) {
    return store.isContainerd()
        ? List.of(
            DOCKERD_KILLED, CONTAINERD_KILLED, BOTH_KILLED, RESTART, CONTAINERD_KILLED, REMOVAL)
        : List.of(RESTART, RESTART, REMOVAL);
  }

  /// Whether it comes over the workers in the middle of their work.
  boolean isCrash() {
    return this == DOCKERD_KILLED || this == CONTAINERD_KILLED || this == BOTH_KILLED;
  }

  /// Kills what this is to kill.
  void kill(DockerEngine engine) throws IOException {
    switch (this) {
      case DOCKERD_KILLED -> engine.killDockerd();
      case CONTAINERD_KILLED -> engine.killContainerd();
      case BOTH_KILLED -> engine.kill();
      case RESTART, REMOVAL -> throw new IllegalStateException(this + " is no crash");
    }
  }

  /// Starts again what it has killed.
  void recover(DockerEngine engine) throws IOException {
    if (this == CONTAINERD_KILLED) {
      engine.restartContainerd();
    } else {
      engine.restart();
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
