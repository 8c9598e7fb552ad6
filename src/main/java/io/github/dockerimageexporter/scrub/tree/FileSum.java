package io.github.dockerimageexporter.scrub.tree;

/// Numbers that stand for files and what they are: the same for the same ones in whatever order
/// they come, and for others all but never.
///
/// They are sums of what each file is hashed to, so that they take no memory, however many files
/// there are.
///
/// @param count of the files
/// @param first the sum of their hashes
/// @param second the sum of the hashes of those
public record FileSum(long count, long first, long second) {
  /// Of no file.
  public static final FileSum NONE = new FileSum(0, 0, 0);

  /// Adds up.
  public static final class Adder {
    private long count;
    private long first;
    private long second;

    /// Adds a file: the [PathHash] of where it is, and its [FilePrint].
    public void add(long path, long print) {
      long hash = PathHash.finish(path + PathHash.finish(print ^ PathHash.root()));
      count++;
      first += hash;
      second += PathHash.finish(hash ^ PathHash.root());
    }

    public FileSum sum() {
      return new FileSum(count, first, second);
    }
  }
}
