package io.github.dockerimageexporter.exporter;

/// How the bytes of an answer stand for its text.
enum Encoding {
  IDENTITY,
  GZIP
}
