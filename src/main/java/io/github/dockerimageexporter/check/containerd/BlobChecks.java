package io.github.dockerimageexporter.check.containerd;

import io.github.dockerimageexporter.check.CheckContext;
import io.github.dockerimageexporter.check.ContainerdProblem;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.check.evidence.EvidenceMap;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.persistent.Derivations.Derivation;
import io.github.dockerimageexporter.persistent.DerivedMap;
import io.github.dockerimageexporter.snapshot.LayerEvidence;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerVerdict;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Fault;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The blobs that something in the namespace needs, each held against its record and its name.
///
/// | record here | file                                 | means                            |
/// |-------------|--------------------------------------|----------------------------------|
/// | there       | missing                              | lost                             |
/// | there       | of another size                      | cut short, or written to         |
/// | there       | of that size, of another digest      | changed                          |
/// | none        | there, and no namespace records it   | its record is lost               |
/// | none        | missing, and it surely was fetched,  | record and file are lost         |
/// |             | and it is not unpacked               |                                  |
/// | none        | missing                              | never fetched: healthy           |
final class BlobChecks {
  /// What is wrong with blobs of one layout, by blob.
  private record Faulty(ContainerdLayout layout)
      implements Derivation<DerivedMap<Digest, NamedBlob, Problem>> {
    @Override
    public DerivedMap<Digest, NamedBlob, Problem> begin() {
      return new DerivedMap<>(NamedBlob.KEYS, (_, blob) -> problem(blob, layout).orElse(null));
    }
  }

  private static final Derivation<DerivedMap<Digest, NamedBlob, NamedBlob>> UNPROTECTING =
      () -> DerivedMap.where(NamedBlob.KEYS, blob -> !blob.unprotected().isEmpty());

  /// By layer, the blob of it that was read and does not hash to its name.
  private static final Derivation<EvidenceMap<LayerVerdict.BlobChanged>> CHANGED =
      () ->
          new EvidenceMap<>(
              (layer, evidence) ->
                  evidence.verdict(layer.chainId()).orElse(null)
                          instanceof LayerVerdict.BlobChanged changed
                      ? changed
                      : null);

  private BlobChecks() {}

  static Stream<Problem> all(ContainerdSnapshot store, CheckContext context) {
    return store.lacksAllBlobs()
        ? Stream.empty()
        : context.derived(new Faulty(store.layout())).of(store.namedBlobs()).values().stream();
  }

  /// Blobs of layers that do not hash to their names, of those that were read.
  static Stream<Problem> changed(ContainerdSnapshot store, CheckContext context) {
    LayerEvidence evidence = context.evidence();
    if (!evidence.hasVerdicts()) {
      return Stream.empty();
    }
    var changed = new TreeMap<Digest, Digest>();
    context
        .derived(CHANGED)
        .of(store.layers(), evidence)
        .values()
        .forEach(blob -> changed.put(blob.blob(), blob.actual()));
    for (LayerRecord.Blob blob : store.layerBlobs()) {
      if (evidence.verdict(blob).orElse(null)
          instanceof LayerVerdict.BlobChanged(var _, var actual)) {
        changed.put(blob.digest(), actual);
      }
    }
    return changed.entrySet().stream()
        .flatMap(
            blob ->
                Stream.ofNullable(store.namedBlobs().get(blob.getKey()))
                    .map(it -> faulty(it, new Fault.Changed(blob.getValue()), store.layout())));
  }

  /// The kind that [#changed] finds, unless the blobs of all layers were read.
  static Stream<Kind> notHashed(ContainerdSnapshot store, LayerEvidence evidence) {
    Set<Digest> hashed = hashed(store, evidence);
    return store.namedBlobs().values().stream()
            .filter(blob -> blob.role() == Role.LAYER && blob.isRecorded())
            .filter(blob -> blob.file() instanceof BlobFile.Present)
            .allMatch(blob -> hashed.contains(blob.digest()))
        ? Stream.empty()
        : Stream.of(Kind.BLOB_DIGEST_MISMATCH);
  }

  /// The blobs of layers that hash to their names.
  private static Set<Digest> hashed(ContainerdSnapshot store, LayerEvidence evidence) {
    if (!evidence.hasVerdicts()) {
      return Set.of();
    }
    var readings = new HashMap<ChainId, LayerVerdict>();
    for (ChainId layer : store.layers().keySet()) {
      evidence
          .scrubbed(layer, Depth.CONTENT)
          .ifPresent(reading -> readings.put(layer, reading.verdict()));
    }
    var hashed = new HashSet<Digest>();
    for (LayerRecord.Blob blob : store.layerBlobs()) {
      if (evidence.verdict(blob).orElse(null) instanceof LayerVerdict.Verified) {
        hashed.add(blob.digest());
      }
    }
    if (readings.isEmpty()) {
      return hashed;
    }
    Map<ChainId, LayerRecord> records = store.layerRecords();
    readings.forEach(
        (layer, verdict) -> {
          if (records.get(layer) instanceof LayerRecord.Blob blob && hashes(verdict)) {
            hashed.add(blob.digest());
          }
        });
    return hashed;
  }

  /// Whether the blob that was compared does.
  private static boolean hashes(LayerVerdict verdict) {
    return switch (verdict) {
      case LayerVerdict.Verified _, LayerVerdict.Corrupt _, LayerVerdict.Unverifiable _ -> true;
      case LayerVerdict.BlobChanged _, LayerVerdict.Unreadable _ -> false;
    };
  }

  /// The content store, if all content is gone from it at once.
  static Stream<Problem> emptyStore(ContainerdSnapshot store) {
    return store.lacksAllBlobs()
        ? Stream.of(new ContainerdProblem.ContentStoreEmpty(store.layout().blobs()))
        : Stream.empty();
  }

  /// Blobs that do not keep what they name, though nothing else does.
  static Stream<Problem> labels(ContainerdSnapshot store, CheckContext context) {
    return context.derived(UNPROTECTING).of(store.namedBlobs()).values().stream()
        .map(
            blob ->
                new ContainerdProblem.GcLabelMissing(
                    blob.digest(),
                    blob.role().word(),
                    blob.images(),
                    store.layout().meta(),
                    blob.unprotected().stream().map(Node::toString).toList()));
  }

  private static Optional<Problem> problem(NamedBlob blob, ContainerdLayout layout) {
    if (!blob.isRecorded()) {
      return isLost(blob) ? Optional.of(missing(blob, layout)) : Optional.empty();
    }
    return switch (blob.file()) {
      case BlobFile.Absent _, BlobFile.Foreign _ -> Optional.of(missing(blob, layout));
      case BlobFile.Present(long found, _, _) -> present(blob, found, layout);
      case BlobFile.Unseen _ -> Optional.empty();
    };
  }

  private static boolean isLost(NamedBlob blob) {
    return switch (blob.file()) {
      case BlobFile.Unseen _ -> false;
      case BlobFile.Absent _ -> blob.fetched();
      case BlobFile.Present _, BlobFile.Foreign _ -> blob.fetched() || !blob.recordedElsewhere();
    };
  }

  private static Optional<Problem> present(NamedBlob blob, long found, ContainerdLayout layout) {
    long recorded = blob.recordedBytes().orElse(found);
    boolean described = blob.describedBytes() > 0;
    long expected = recorded == found && described ? blob.describedBytes() : recorded;
    return found == expected
        ? blob.fault().map(fault -> faulty(blob, fault, layout))
        : Optional.of(
            new ContainerdProblem.BlobSizeMismatch(
                blob.digest(),
                blob.role().word(),
                blob.images(),
                path(blob, layout),
                found,
                expected,
                stopsListing(blob, layout),
                runsWithout(blob)));
  }

  private static Problem missing(NamedBlob blob, ContainerdLayout layout) {
    return new ContainerdProblem.BlobMissing(
        blob.digest(),
        blob.role().word(),
        blob.images(),
        path(blob, layout),
        blob.isRecorded(),
        blob.isRecorded() && stopsListing(blob, layout),
        runsWithout(blob));
  }

  private static Problem faulty(NamedBlob blob, Fault fault, ContainerdLayout layout) {
    boolean config = blob.role() == Role.CONFIG;
    String role = blob.role().word();
    String path = path(blob, layout);
    return switch (fault) {
      case Fault.Changed(var actual) ->
          config
              ? new ContainerdProblem.ConfigBlobChanged(
                  blob.digest(), role, blob.images(), path, actual)
              : new ContainerdProblem.BlobDigestMismatch(
                  blob.digest(),
                  role,
                  blob.images(),
                  path,
                  actual,
                  stopsListing(blob, layout),
                  blob.role() == Role.LAYER ? Optional.of(Depth.CONTENT) : Optional.empty());
      case Fault.Malformed(String reason) ->
          config
              ? new ContainerdProblem.ConfigBlobInvalid(
                  blob.digest(), role, blob.images(), path, reason)
              : invalid(blob, reason, false, layout);
      case Fault.Mistaken(String reason) -> invalid(blob, reason, true, layout);
    };
  }

  private static Problem invalid(
      NamedBlob blob, String reason, boolean intact, ContainerdLayout layout) {
    return new ContainerdProblem.ManifestInvalid(
        blob.digest(),
        blob.role().word(),
        blob.images(),
        path(blob, layout),
        reason,
        intact,
        stopsListing(blob, layout));
  }

  private static String path(NamedBlob blob, ContainerdLayout layout) {
    return layout.blob(blob.digest());
  }

  /// Docker lists no image of another namespace.
  private static boolean stopsListing(NamedBlob blob, ContainerdLayout layout) {
    return blob.isNeededByListing() && layout.isDockers();
  }

  /// A layer that is unpacked is only needed to save or push the image, as is what an attestation
  /// holds.
  private static boolean runsWithout(NamedBlob blob) {
    return switch (blob.role()) {
      case LAYER -> blob.unpacked();
      case OTHER -> true;
      case INDEX, MANIFEST, ATTESTATION, CONFIG, KEPT -> false;
    };
  }
}
