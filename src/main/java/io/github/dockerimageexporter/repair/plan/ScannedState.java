package io.github.dockerimageexporter.repair.plan;

import io.github.dockerimageexporter.model.Digest;

/// What the scan saw at a path, so that a step can make sure that it still is so.
public sealed interface ScannedState {
  /// Relative to the data root.
  String path();

  /// Anything, of whatever kind.
  record Something(String path) implements ScannedState {}

  record Nothing(String path) implements ScannedState {}

  record EmptyDirectory(String path) implements ScannedState {}

  /// A file with this text, line breaks at its end aside.
  record Text(String path, String text) implements ScannedState {}

  /// A file whose bytes hash to `digest`.
  record Hash(String path, Digest digest) implements ScannedState {}
}
