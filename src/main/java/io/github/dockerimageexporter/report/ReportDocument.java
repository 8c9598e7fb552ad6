package io.github.dockerimageexporter.report;

import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.ImageManifest;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.ScrubTally;
import io.github.dockerimageexporter.snapshot.ImageSizes;
import io.github.dockerimageexporter.snapshot.StoreUse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The report of an observation as a JSON document; `docs/api.md` describes it.
///
/// Its components are the document's fields, in their order. What does not apply is null.
/// Long lists are made while they are written, since all of a large store would not fit.
///
/// @param detail why there is no store to read; null if there is one
public record ReportDocument(
    String dataRoot,
    String state,
    @Nullable String detail,
    String checkedAt,
    List<StoreReport> stores,
    List<NotRead> notRead) {
  /// A path that could hold a store and is not read.
  record NotRead(String path, String reason) {}

  /// One store.
  ///
  /// @param containerdNamespace the namespace whose images these are; null in the store of a graph
  ///     driver
  /// @param layers null if they could not be listed
  /// @param unreadable how many paths could not be read
  /// @param sizesUnknown why no recorded size of a layer is compared with its directory; null if
  ///     they are
  /// @param active whether dockerd uses it; null where the files do not say
  /// @param imagesFound how many images the query asks for, of which `images` is a part
  /// @param scrub one for each depth at which layers are compared; none if they are not
  record StoreReport(
      String driver,
      @Nullable String containerdNamespace,
      @Nullable Boolean active,
      @Nullable Long layers,
      long unreadable,
      @Nullable String sizesUnknown,
      long imagesFound,
      Iterable<ImageReport> images,
      Iterable<ProblemReport> problems,
      List<ScrubReport> scrub) {}

  /// How many layers were found as their records list them.
  ///
  /// @param entries how many files and directories the verified ones have
  /// @param bytes how many bytes of content were read of them
  /// @param completedAt when the last layer was read at a time when none was pending; null if one
  ///     always was
  record ScrubReport(
      String depth,
      long verified,
      long corrupt,
      long pending,
      long entries,
      long bytes,
      @Nullable String completedAt,
      List<UnverifiableLayer> unverifiable) {}

  /// A layer of which it cannot be told whether it is as it was.
  record UnverifiableLayer(String layer, String reason) {}

  /// One image.
  ///
  /// @param consistent null while that is not known
  /// @param sizeBytes null if a layer of its chain has no known size
  /// @param contentSizeBytes what of it is the compressed copy; null in the store of a graph driver
  /// @param unpackedSizeBytes what of it is ready to run
  /// @param hiddenBytes what is in its lower layers, and replaced or removed by an upper one, on
  ///     the platform that Docker runs first; null while that is not known
  /// @param chain the layers of all platforms that are unpacked
  /// @param platforms those whose configuration is here, the one that Docker runs first
  record ImageReport(
      String id,
      List<String> references,
      @Nullable Boolean consistent,
      @Nullable Long sizeBytes,
      @Nullable Long contentSizeBytes,
      @Nullable Long unpackedSizeBytes,
      @Nullable Long hiddenBytes,
      List<String> chain,
      List<PlatformReport> platforms) {}

  /// What of an image is here for one platform.
  ///
  /// @param manifest its digest; null in the store of a graph driver
  /// @param content `complete` or `partial`; null in the store of a graph driver
  record PlatformReport(
      String os,
      String architecture,
      String variant,
      @Nullable String manifest,
      @Nullable String content,
      boolean unpacked) {
    static PlatformReport of(ImageManifest manifest) {
      return new PlatformReport(
          manifest.platform().os(),
          manifest.platform().architecture(),
          manifest.platform().variant(),
          manifest.digest().map(Digest::toString).orElse(null),
          manifest.digest().map(_ -> manifest.complete() ? "complete" : "partial").orElse(null),
          manifest.unpacked());
    }
  }

  /// One problem, its consequences and what to do.
  record ProblemReport(
      String problem,
      String impact,
      @Nullable String image,
      @Nullable String layer,
      String path,
      String message,
      List<String> affectedImages,
      List<String> affectedLayers,
      String advice) {}

  /// The whole of it.
  public static ReportDocument of(Observation seen) {
    return of(seen, ReportQuery.ALL);
  }

  public static ReportDocument of(Observation seen, ReportQuery query) {
    return new ReportDocument(
        seen.dataRoot().toString(),
        seen.state().label(),
        seen.detail().isEmpty() ? null : seen.detail(),
        seen.checkedAt().toString(),
        seen.stores().stream().map(store -> store(store, query)).toList(),
        seen.notRead().entrySet().stream()
            .map(path -> new NotRead(path.getKey(), path.getValue()))
            .toList());
  }

  /// Writes it as one line of JSON.
  public void writeTo(OutputStream out) throws IOException {
    AsciiJson.write(this, out);
    out.write('\n');
  }

  private static StoreReport store(ObservedStore observed, ReportQuery query) {
    var inventory = new Inventory(observed);
    var search = new ReportSearch(observed, inventory, query.find());
    return new StoreReport(
        observed.store().driver(),
        observed.store().containerdNamespace().orElse(null),
        active(observed.store().use()),
        AsciiJson.orNull(inventory.layers()),
        inventory.unreadablePaths(),
        observed.report().hasUnknownSizes() ? Explanation.UNKNOWN_SIZES : null,
        search.images().count(),
        () ->
            search
                .images()
                .skip(query.offset())
                .limit(query.limit())
                .map(image -> image(image, observed, inventory))
                .iterator(),
        () -> search.findings().map(finding -> problem(finding, observed)).iterator(),
        observed.scrub().tallies().stream().map(ReportDocument::scrub).toList());
  }

  private static ScrubReport scrub(ScrubTally tally) {
    return new ScrubReport(
        tally.depth().label(),
        tally.verified(),
        tally.corrupt(),
        tally.pending(),
        tally.entries(),
        tally.bytes(),
        tally.completed().map(Instant::toString).orElse(null),
        tally.unverifiable().entrySet().stream()
            .flatMap(
                reason ->
                    reason.getValue().stream()
                        .map(layer -> new UnverifiableLayer(layer.toString(), reason.getKey())))
            .toList());
  }

  /// Whether dockerd uses a store; null where the files do not say.
  public static @Nullable Boolean active(StoreUse use) {
    return switch (use) {
      case IN_USE -> true;
      case LEFT_BEHIND -> false;
      case UNKNOWN -> null;
    };
  }

  /// @param id of an image whose configuration may be invalid or unreadable
  private static ImageReport image(ImageId id, ObservedStore observed, Inventory inventory) {
    Optional<Image> image = Optional.ofNullable(observed.store().images().get(id));
    ImageSizes sizes = inventory.sizes();
    return new ImageReport(
        id.toString(),
        inventory.namesOf(id),
        observed.consistency().of(id).orNull(),
        image.map(it -> AsciiJson.orNull(sizes.sizeOf(it))).orElse(null),
        image.map(it -> AsciiJson.orNull(sizes.contentSizeOf(it))).orElse(null),
        image.map(it -> AsciiJson.orNull(sizes.unpackedSizeOf(it))).orElse(null),
        image.map(it -> AsciiJson.orNull(inventory.hiddenBytesOf(it))).orElse(null),
        image.stream().flatMap(it -> it.layers().stream()).map(Object::toString).toList(),
        image.stream()
            .flatMap(it -> it.manifests().stream())
            .filter(ImageManifest::hasConfig)
            .map(PlatformReport::of)
            .toList());
  }

  private static ProblemReport problem(Finding finding, ObservedStore observed) {
    Problem problem = finding.problem();
    return new ProblemReport(
        problem.kind().label(),
        problem.impact().label(),
        problem.image().map(ImageId::toString).orElse(null),
        problem.layers().stream().findFirst().map(Object::toString).orElse(null),
        problem.path(),
        Explanation.message(problem),
        finding.affectedImages().stream().map(ImageId::toString).toList(),
        finding.affectedLayers(observed.store(), observed.graph()).stream()
            .map(ChainId::toString)
            .toList(),
        Explanation.advice(problem.kind(), observed.report()));
  }
}
