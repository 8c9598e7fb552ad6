package io.github.dockerimageexporter.content;

import io.github.dockerimageexporter.persistent.KeyOrder;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.LayerRecord.Held;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Corrupt;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Scrubbed;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What scrubbing layers has shown by now.
///
/// @param readings of directories and the records that they were compared with, for each depth at
///     which that is done
public record ScrubResults(Map<Depth, PersistentMap<Held, Scrubbed>> readings) {
  private static final PersistentMap<Held, Scrubbed> NOTHING =
      PersistentMap.empty(KeyOrder.byHash());

  /// Nothing was scrubbed.
  public static final ScrubResults NONE = new ScrubResults(Map.of());

  boolean isEmpty() {
    return readings.values().stream().allMatch(Map::isEmpty);
  }

  Optional<Scrubbed> find(Held held, Depth depth) {
    return Optional.ofNullable(get(held, depth));
  }

  private @Nullable Scrubbed get(Held held, Depth depth) {
    return at(depth).get(held);
  }

  /// What was compared that closely.
  public PersistentMap<Held, Scrubbed> at(Depth depth) {
    return readings.getOrDefault(depth, NOTHING);
  }

  /// The faults that would be known of it.
  Set<Fault> sought(Held held) {
    Set<Fault> sought = EnumSet.noneOf(Fault.class);
    for (Depth depth : Depth.values()) {
      Scrubbed reading = get(held, depth);
      if (reading != null && !(reading.verdict() instanceof LayerVerdict.Unreadable)) {
        sought.addAll(depth.faults());
      }
    }
    return sought;
  }

  /// The verdict of both depths. Each fault is the newest reading's that can find it; one that
  /// could not read takes nothing back.
  Optional<LayerVerdict> verdict(Held held) {
    Scrubbed shape = get(held, Depth.SHAPE);
    Scrubbed content = get(held, Depth.CONTENT);
    if (shape == null || content == null) {
      return Optional.ofNullable(shape == null ? content : shape).map(Scrubbed::verdict);
    }
    if (shape.verdict() instanceof LayerVerdict.Unreadable) {
      return Optional.of(content.verdict());
    }
    if (content.verdict() instanceof LayerVerdict.Unreadable) {
      return Optional.of(shape.verdict());
    }
    return Optional.of(
        shape.at().isAfter(content.at())
            ? updated(content.verdict(), shape.verdict())
            : content.verdict());
  }

  /// @param shape newer than `content`
  private static LayerVerdict updated(LayerVerdict content, LayerVerdict shape) {
    Map<Fault, AffectedFiles> faults = new EnumMap<>(Fault.class);
    if (content instanceof Corrupt(Map<Fault, AffectedFiles> earlier)) {
      faults.putAll(earlier);
      faults.keySet().removeAll(Depth.SHAPE.faults());
    }
    if (shape instanceof Corrupt(Map<Fault, AffectedFiles> present)) {
      faults.putAll(present);
    }
    if (!faults.isEmpty()) {
      return new Corrupt(faults);
    }
    return content instanceof Corrupt ? shape : content;
  }
}
