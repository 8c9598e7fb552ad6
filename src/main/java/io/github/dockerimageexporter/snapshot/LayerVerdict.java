package io.github.dockerimageexporter.snapshot;

import static java.util.stream.Collectors.toMap;

import io.github.dockerimageexporter.model.Digest;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What comparing a layer's directory with the record of its tar has shown.
public sealed interface LayerVerdict {

  /// How a directory can differ from what the record lists.
  enum Fault {
    /// The record lists it, the directory does not have it.
    FILE_MISSING,
    /// The directory has it, the record does not list it.
    FILE_UNEXPECTED,
    /// Another kind of file, link target, device, mode or owner.
    FILE_METADATA,
    FILE_SIZE,
    /// The same size, other bytes.
    FILE_CHECKSUM,
    /// File by file it is right, and the tar they make is another.
    DIFF_ID
  }

  /// How closely a directory is compared with the record.
  enum Depth {
    /// That each file is there, of its kind and size; no content is read.
    SHAPE("shape"),
    /// The content of each file as well.
    CONTENT("content");

    private final String label;

    Depth(String label) {
      this.label = label;
    }

    /// The value of the exported `depth` label.
    public String label() {
      return label;
    }

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

  /// A verdict, and when the reading began that has shown it.
  record Scrubbed(LayerVerdict verdict, Instant at) {
    public boolean isHarm() {
      return verdict.isHarm();
    }

    /// The part of it that tells of harm which shows without content; empty if none does.
    public Optional<Scrubbed> harmOfShape() {
      return verdict instanceof Corrupt corrupt
          ? corrupt.harmOfShape().map(harm -> new Scrubbed(harm, at))
          : Optional.empty();
    }

    /// Whether it says nothing of the layer.
    public boolean isUnreadable() {
      return verdict instanceof Unreadable;
    }

    /// Whether it tells the same of the layer; what is said of a file may change meanwhile, as its
    /// size does while somebody writes to it.
    public boolean saysTheSame(Scrubbed other) {
      return verdict.equals(other.verdict)
          || (verdict instanceof Corrupt one
              && other.verdict instanceof Corrupt another
              && one.counts().equals(another.counts()));
    }
  }

  /// The files that differ in one way.
  ///
  /// @param first the first of them, fit to be shown, each with what is wrong of it
  record AffectedFiles(long count, List<String> first) {
    public AffectedFiles {
      first = List.copyOf(first);
    }
  }

  /// All that was compared is as recorded.
  ///
  /// @param entries how many the record lists
  /// @param bytes how many of content were read
  record Verified(long entries, long bytes) implements LayerVerdict {}

  /// It cannot be told, whoever looks; `reason` says why.
  record Unverifiable(String reason) implements LayerVerdict {}

  /// Part of it could not be read.
  ///
  /// @param path relative to the data root
  /// @param isForbidden whether all that is wrong is that this process may not read it
  record Unreadable(String path, String reason, boolean isForbidden) implements LayerVerdict {}

  /// A blob of it does not hash to its name, so that nothing can be compared with that; a second
  /// reading from the disk has found the same.
  record BlobChanged(Digest blob, Digest actual) implements LayerVerdict {}

  /// Whether it tells of harm.
  default boolean isHarm() {
    return switch (this) {
      case Corrupt _, BlobChanged _ -> true;
      case Verified _, Unverifiable _, Unreadable _ -> false;
    };
  }

  /// A second reading from the disk has found the same.
  record Corrupt(Map<Fault, AffectedFiles> faults) implements LayerVerdict {
    public Corrupt {
      faults = Map.copyOf(faults);
    }

    private Optional<Corrupt> harmOfShape() {
      var harm = new EnumMap<Fault, AffectedFiles>(Fault.class);
      harm.putAll(faults);
      harm.keySet().retainAll(Depth.SHAPE.faults());
      return harm.isEmpty() ? Optional.empty() : Optional.of(new Corrupt(harm));
    }

    private Map<Fault, Long> counts() {
      return faults.entrySet().stream()
          .collect(toMap(Map.Entry::getKey, fault -> fault.getValue().count()));
    }
  }
}
