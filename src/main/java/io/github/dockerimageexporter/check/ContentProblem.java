package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.snapshot.LayerVerdict.AffectedFiles;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.util.List;

/// The directory of a layer differs in one way from what the record of the layer's tar lists.
///
/// @param files those that differ; of the whole tar, its digest
public record ContentProblem(ChainId layer, String path, Fault fault, AffectedFiles files)
    implements Problem.OfContent {

  @Override
  public List<ChainId> layers() {
    return List.of(layer);
  }

  /// How closely the layer has to be compared to find it.
  public Depth depth() {
    return Depth.SHAPE.faults().contains(fault) ? Depth.SHAPE : Depth.CONTENT;
  }

  @Override
  public Kind kind() {
    return kindOf(fault);
  }

  public static Kind kindOf(Fault fault) {
    return switch (fault) {
      case FILE_MISSING -> Kind.LAYER_FILE_MISSING;
      case FILE_UNEXPECTED -> Kind.LAYER_FILE_UNEXPECTED;
      case FILE_METADATA -> Kind.LAYER_FILE_METADATA_MISMATCH;
      case FILE_SIZE -> Kind.LAYER_FILE_SIZE_MISMATCH;
      case FILE_CHECKSUM -> Kind.LAYER_FILE_CHECKSUM_MISMATCH;
      case DIFF_ID -> Kind.LAYER_DIFF_ID_MISMATCH;
    };
  }

  /// What it says to a person.
  String sentence() {
    String wrong =
        switch (fault) {
          case FILE_MISSING -> "missing from its directory";
          case FILE_UNEXPECTED -> "in its directory that its tar does not have";
          case FILE_METADATA -> "of another kind, target, mode or owner than in its tar";
          case FILE_SIZE -> "of another size than in its tar";
          case FILE_CHECKSUM -> "with other content than in its tar";
          case DIFF_ID -> "";
        };
    if (fault == Fault.DIFF_ID) {
      return "layer %s: its tar has the digest %s, not its diff ID"
          .formatted(layer, files.first().getFirst());
    }
    long more = files.count() - files.first().size();
    return "layer %s: %d %s %s: %s%s"
        .formatted(
            layer,
            files.count(),
            files.count() == 1 ? "file" : "files",
            wrong,
            String.join(", ", files.first()),
            more > 0 ? " and %d more".formatted(more) : "");
  }
}
