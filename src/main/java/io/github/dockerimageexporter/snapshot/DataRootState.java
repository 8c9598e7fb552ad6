package io.github.dockerimageexporter.snapshot;

/// What kind of data root was found; `label` is the value of the exported `state` label.
public enum DataRootState {
  /// At least one graph driver's image store.
  GRAPHDRIVER("graphdriver"),
  /// A daemon that keeps its images in containerd: nothing here to check.
  CONTAINERD("containerd"),
  /// A directory in which no daemon has kept anything yet.
  EMPTY("empty"),
  MISSING("missing"),
  UNREADABLE("unreadable");

  private final String label;

  DataRootState(String label) {
    this.label = label;
  }

  public String label() {
    return label;
  }
}
