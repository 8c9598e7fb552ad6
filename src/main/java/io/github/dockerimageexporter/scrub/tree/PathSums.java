package io.github.dockerimageexporter.scrub.tree;

import java.util.BitSet;

/// Compares the paths that a record lists with those that a directory has, group by group, in
/// 68 KiB however many there are: the sums of their hashes differ where the paths do.
///
/// Groups may differ for less, too: a path that is listed twice, or a directory that is not listed.
public final class PathSums {
  private final long[] first = new long[Part.GROUPS];
  private final long[] second = new long[Part.GROUPS];
  private final BitSet found = new BitSet(Part.GROUPS);

  /// Adds a path that the record lists.
  public void list(long path) {
    int group = Part.group(path);
    first[group] += path;
    second[group] += PathHash.finish(path ^ PathHash.root());
  }

  /// Adds a path that the directory has.
  public void find(long path) {
    int group = Part.group(path);
    first[group] -= path;
    second[group] -= PathHash.finish(path ^ PathHash.root());
    found.set(group);
  }

  /// The groups in which the directory may have what the record does not list.
  public Part unlisted() {
    var groups = new BitSet(Part.GROUPS);
    found.stream().filter(group -> first[group] != 0 || second[group] != 0).forEach(groups::set);
    return new Part(1, 0, groups);
  }
}
