package io.github.dockerimageexporter.exporter.answer;

/// How the bytes of an answer stand for its text.
public enum ContentEncoding {
  IDENTITY,
  GZIP
}
