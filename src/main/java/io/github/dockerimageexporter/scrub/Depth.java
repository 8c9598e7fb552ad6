package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.util.EnumSet;
import java.util.Set;

/// How closely a layer's directory is compared with its record.
public enum Depth {
  /// That each file is there, of its kind and size; no content is read.
  SHAPE,
  /// The content of each file as well.
  CONTENT;

  /// What it can find.
  public Set<Fault> faults() {
    return switch (this) {
      case SHAPE ->
          EnumSet.of(
              Fault.FILE_MISSING, Fault.FILE_UNEXPECTED, Fault.FILE_METADATA, Fault.FILE_SIZE);
      case CONTENT -> EnumSet.allOf(Fault.class);
    };
  }
}
