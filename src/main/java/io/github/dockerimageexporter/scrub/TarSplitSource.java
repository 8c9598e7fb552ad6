package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.model.DiffId;
import io.github.dockerimageexporter.scrub.ScrubTarget.LowerLayer;
import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.record.TarSplitRecord;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tar.Whiteout;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.PathHash;
import io.github.dockerimageexporter.scrub.tree.PathTable;
import io.github.dockerimageexporter.scrub.tree.PathTable.Mark;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.LayerFiles;
import java.io.IOException;
import java.util.Optional;

/// A record that has of each file its checksum alone: the tar is put together from it and the
/// files, and if that is not the layer's, the checksums name the files that differ.
final class TarSplitSource implements LayerSource {
  private final ScrubTarget target;
  private final TarSplitFile record;
  private final Pace pace;
  private final Differences differences;
  private final boolean canSeeMarks;
  private final ContentDigest content;

  TarSplitSource(
      ScrubTarget target,
      TarSplitFile record,
      Pace pace,
      Differences differences,
      boolean canSeeMarks) {
    this.target = target;
    this.record = record;
    this.pace = pace;
    this.differences = differences;
    this.canSeeMarks = canSeeMarks;
    this.content = new ContentDigest(target.depth(), pace);
  }

  @Override
  public void read(EntryVisitor visitor) throws IOException {
    TarSplitRecord.read(record, visitor);
  }

  @Override
  public ContentDigest content() {
    return content;
  }

  @Override
  public boolean findChanged(LayerTree tree) throws IOException {
    Optional<DiffId> expected = Optional.of(target.diffId());
    if (target.depth() == Depth.SHAPE || content.finish().equals(expected)) {
      return false;
    }
    var again = new ContentDigest(Depth.CONTENT, pace);
    var pass = new ChecksumPass(tree, again, differences, canSeeMarks);
    read(pass);
    Optional<DiffId> actual = again.finish();
    boolean isExplained = pass.hasPlaceholders() || differences.has(Fault.FILE_CHECKSUM);
    if (actual.isPresent() && !actual.equals(expected) && !isExplained) {
      differences.add(Fault.DIFF_ID, actual.get().toString());
    }
    return pass.hasPlaceholders();
  }

  @Override
  public Inheritance inheritance(PathTable paths) throws IOException {
    if (target.files() == LayerFiles.OWN) {
      return _ -> false;
    }
    for (LowerLayer below : target.below()) {
      if (below.record() instanceof TarSplitFile file) {
        TarSplitRecord.read(file, (entry, _) -> addBelow(TarPath.clean(entry.path()), paths));
      }
    }
    return walk -> paths.has(walk.hash(), Mark.BELOW);
  }

  private static void addBelow(String path, PathTable paths) {
    if (Whiteout.of(path).isEmpty()) {
      PathHash.ofWay(path, each -> paths.add(each, Mark.BELOW));
    }
  }

  @Override
  public void close() {}
}
