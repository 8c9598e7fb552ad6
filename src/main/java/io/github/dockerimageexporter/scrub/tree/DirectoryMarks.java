package io.github.dockerimageexporter.scrub.tree;

/// Marks the directories that files are in, and all on the way to them, in a table of paths: a tar
/// need not list them.
public final class DirectoryMarks {
  private final PathTable paths;
  private final PathTable.Mark mark;
  private String last = "";

  /// @param paths takes the marks
  public DirectoryMarks(PathTable paths, PathTable.Mark mark) {
    this.paths = paths;
    this.mark = mark;
  }

  /// Marks the directory with a clean path, in which mostly the file before was too.
  public void add(String directory) {
    if (!directory.equals(last)) {
      last = directory;
      PathHash.ofWay(directory, each -> paths.add(each, mark));
    }
  }
}
