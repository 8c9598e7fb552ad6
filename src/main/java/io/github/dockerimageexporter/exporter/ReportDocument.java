package io.github.dockerimageexporter.exporter;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Image;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.model.StoreUse;
import io.github.dockerimageexporter.refresh.Observation;
import io.github.dockerimageexporter.refresh.StoreObservation;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The report of an observation as a JSON document; `docs/api.md` describes it.
///
/// Its components are the document's fields, in their order. What does not apply is null.
/// Long lists are made while they are written, since all of a large store would not fit.
public record ReportDocument(
    String dataRoot,
    String state,
    String checkedAt,
    List<StoreReport> stores,
    List<NotRead> notRead) {
  private static final ObjectWriter WRITER =
      AsciiJson.writer().without(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

  /// A path that could hold a store and is not read.
  public record NotRead(String path, String reason) {}

  /// One graph driver's store.
  ///
  /// @param active whether dockerd uses it; null where the files do not say
  public record StoreReport(
      String driver,
      @Nullable Boolean active,
      int layers,
      Iterable<ImageReport> images,
      Iterable<ProblemReport> problems) {}

  /// One image.
  ///
  /// @param consistent null while that is not known
  /// @param sizeBytes null if a layer of its chain has no known size
  public record ImageReport(
      String id,
      List<String> references,
      @Nullable Boolean consistent,
      @Nullable Long sizeBytes,
      List<String> chain) {}

  /// One problem, its consequences and what to do.
  public record ProblemReport(
      String problem,
      String impact,
      @Nullable String image,
      @Nullable String layer,
      String path,
      String message,
      List<String> affectedImages,
      List<String> affectedLayers,
      String advice) {}

  public static ReportDocument of(Observation seen) {
    return new ReportDocument(
        seen.dataRoot().toString(),
        seen.state().label(),
        seen.checkedAt().toString(),
        seen.stores().stream().map(ReportDocument::store).toList(),
        seen.notRead().entrySet().stream()
            .map(path -> new NotRead(path.getKey(), path.getValue()))
            .toList());
  }

  /// Writes it as one line of JSON.
  public void writeTo(OutputStream out) throws IOException {
    WRITER.writeValue(out, this);
    out.write('\n');
  }

  private static StoreReport store(StoreObservation seen) {
    Map<ImageId, List<String>> references = new HashMap<>();
    for (Reference reference : seen.store().references()) {
      reference
          .imageId()
          .ifPresent(
              id -> references.computeIfAbsent(id, _ -> new ArrayList<>(1)).add(reference.name()));
    }
    return new StoreReport(
        seen.store().layout().driver(),
        active(seen.store().use()),
        seen.store().layers().size() + seen.store().invalidLayers().size(),
        () -> images(seen, references).iterator(),
        () -> problems(seen).iterator());
  }

  private static @Nullable Boolean active(StoreUse use) {
    return switch (use) {
      case IN_USE -> true;
      case LEFT_BEHIND -> false;
      case UNKNOWN -> null;
    };
  }

  private static Stream<ImageReport> images(
      StoreObservation seen, Map<ImageId, List<String>> references) {
    return Stream.concat(
        seen.store().images().values().stream().map(image -> image(image, seen, references)),
        Stream.concat(
                seen.store().invalidImages().keySet().stream(),
                seen.store().unreadable().images().stream().sorted())
            .map(image -> image(image, seen, references)));
  }

  private static ImageReport image(
      Image image, StoreObservation seen, Map<ImageId, List<String>> references) {
    var sizeBytes = seen.store().sizeBytes(image);
    return new ImageReport(
        image.id().toString(),
        references.getOrDefault(image.id(), List.of()),
        seen.report().consistencyOf(image.id()).orNull(),
        sizeBytes.isPresent() ? sizeBytes.getAsLong() : null,
        image.rootFs().chainIds().stream().map(Object::toString).toList());
  }

  /// One whose configuration is invalid or could not be read.
  private static ImageReport image(
      ImageId image, StoreObservation seen, Map<ImageId, List<String>> references) {
    return new ImageReport(
        image.toString(),
        references.getOrDefault(image, List.of()),
        seen.report().consistencyOf(image).orNull(),
        null,
        List.of());
  }

  private static Stream<ProblemReport> problems(StoreObservation seen) {
    return seen.report().findings().stream().map(finding -> problem(finding, seen));
  }

  private static ProblemReport problem(Finding finding, StoreObservation seen) {
    Problem problem = finding.problem();
    return new ProblemReport(
        problem.kind().label(),
        problem.kind().impact().label(),
        problem.image().map(ImageId::toString).orElse(null),
        problem.layers().stream().findFirst().map(Object::toString).orElse(null),
        problem.path(),
        Explanation.message(problem),
        finding.affectedImages().stream().map(ImageId::toString).toList(),
        finding.affectedLayers(seen.store(), seen.graph()).stream().map(ChainId::toString).toList(),
        Explanation.advice(problem.kind()));
  }
}
