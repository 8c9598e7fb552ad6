package io.github.dockerimageexporter.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The way from a directory to what a path in it leads to, name by name, through symbolic links.
///
/// Each name is asked for by itself and opened without following it, so that what was asked for is
/// what is opened; the names of a link's target go in front of those still to go.
final class LinkWalk implements AutoCloseable {
  /// As many as the kernel follows.
  private static final int MAX_LINKS = 40;

  private static final String SELF = ".";
  private static final long ROOT = 0;

  private final Directory start;
  private final Deque<String> pending = new ArrayDeque<>();
  private final Scratch scratch = Scratch.ofThread();
  private Directory at;
  private String name = "";

  /// The names of the path that are done, links as themselves.
  private String passed = "";

  private @Nullable Link link;

  /// Whether `name` is of the link's target, and whether `at` is that target.
  private boolean inTarget;

  private boolean atTarget;
  private int followed;

  /// A link on the path, and the links that it led through.
  private static final class Link {
    final String path;
    final String target;

    /// How many of the pending names are of its target.
    int names;

    /// Whose files it may lead to; root's may lead to all.
    long owner = ROOT;

    Link(String path, String target) {
      this.path = path;
      this.target = target;
    }

    SymbolicLinkException complaint(String complaint) {
      return new SymbolicLinkException(path, target, complaint);
    }

    void addOwner(long user) throws SymbolicLinkException {
      if (user != ROOT && owner != ROOT && user != owner) {
        throw complaint("is not followed: links of users %d and %d".formatted(owner, user));
      }
      owner = user == ROOT ? owner : user;
    }

    void requireOwner(long user) throws SymbolicLinkException {
      if (owner != ROOT && user != owner) {
        throw complaint(
            "is not followed: the link belongs to user %d, its target to user %d"
                .formatted(owner, user));
      }
    }
  }

  private LinkWalk(Directory start) {
    this.start = start;
    this.at = start;
  }

  /// Goes as far as the directory that has the last name, which is no link then.
  ///
  /// @throws NoSuchFileException if something on the way is not there, or no directory
  static LinkWalk to(Directory start, String path) throws IOException {
    var walk = new LinkWalk(start);
    try {
      walk.pending.addAll(names(path));
      walk.go();
      return walk;
    } catch (IOException | RuntimeException failure) {
      walk.close();
      throw failure;
    }
  }

  private static List<String> names(String path) {
    List<String> names = Arrays.stream(path.split("/")).filter(each -> !each.isEmpty()).toList();
    return names.isEmpty() ? List.of(SELF) : names;
  }

  /// The directory that has the last name.
  Directory parent() {
    return at;
  }

  /// The last name; there need not be anything of this name.
  String name() {
    return name;
  }

  /// The status of what has the last name; empty if nothing has.
  Optional<FileStatus> find() throws IOException {
    int result = status();
    if (result == -Kernel.ENOENT) {
      return Optional.empty();
    }
    if (result < 0) {
      throw failure(result);
    }
    return Optional.of(scratch.status.toStatus());
  }

  /// Opens the directory of the last name; it goes by its path from the start.
  Directory openDirectory() throws IOException {
    int opened = scratch.kernel.openDirectory(at.descriptor(), scratch.writePath(name));
    if (opened < 0) {
      throw failure(opened);
    }
    var directory =
        passed.equals(SELF)
            ? new Directory(null, start.path().toString(), opened)
            : new Directory(start, passed, opened);
    if (inTarget) {
      requireOwner(directory);
    }
    return directory;
  }

  /// Like [#openDirectory], of one that must not be empty if a link leads to it.
  Directory openFilledDirectory() throws IOException {
    var directory = openDirectory();
    try {
      if (inTarget && isEmpty(directory)) {
        throw empty();
      }
      return directory;
    } catch (IOException | RuntimeException refused) {
      directory.close();
      throw refused;
    }
  }

  private void go() throws IOException {
    while (true) {
      take();
      int result = status();
      if (result >= 0 && scratch.status.kind() == FileKind.SYMBOLIC_LINK) {
        follow();
      } else if (!pending.isEmpty()) {
        enter();
      } else {
        requireTarget(result);
        return;
      }
    }
  }

  private void take() {
    name = pending.pop();
    inTarget = link != null && link.names > 0;
    if (inTarget) {
      link().names--;
    } else {
      passed = passed.isEmpty() ? name : passed + "/" + name;
    }
  }

  private int status() {
    return scratch.status.fill(at.descriptor(), scratch.writePath(name));
  }

  private void follow() throws IOException {
    long owner = scratch.status.owner();
    int length = scratch.readLink(at.descriptor(), scratch.writePath(name));
    if (length < 0) {
      throw failure(length);
    }
    var target = new String(scratch.contentBytes(length), StandardCharsets.UTF_8);
    if (!inTarget) {
      link = new Link(start.pathOf(passed), target);
    }
    link().addOwner(owner);
    if (++followed > MAX_LINKS) {
      throw link().complaint("leads through more than " + MAX_LINKS + " links");
    }
    List<String> names = names(target);
    names.reversed().forEach(pending::push);
    link().names += names.size();
    if (target.startsWith("/")) {
      move("/", scratch.kernel.openDirectoryFollowing(scratch.writePath("/")));
    }
  }

  private void enter() throws IOException {
    int opened = scratch.kernel.openDirectory(at.descriptor(), scratch.writePath(name));
    if (opened < 0) {
      throw failure(opened);
    }
    move(name, opened);
    atTarget = inTarget && link().names == 0;
    if (atTarget) {
      requireOwner(at);
    }
  }

  /// Whether a link that leads to the last name may, and leads to anything at all.
  private void requireTarget(int result) throws IOException {
    if (inTarget && result >= 0) {
      link().requireOwner(scratch.status.owner());
    } else if (result < 0 && failure(result) instanceof SymbolicLinkException complaint) {
      throw complaint;
    }
  }

  private void requireOwner(Directory target) throws IOException {
    try {
      target.status();
      link().requireOwner(scratch.status.owner());
    } catch (IOException | RuntimeException refused) {
      target.close();
      throw refused;
    }
  }

  private void move(String to, int opened) throws IOException {
    if (opened < 0) {
      throw failure(opened);
    }
    var next = new Directory(to.equals("/") ? null : at, to, opened);
    close();
    at = next;
  }

  private IOException failure(int result) throws IOException {
    boolean absent = result == -Kernel.ENOENT || result == -Kernel.ENOTDIR;
    if (inTarget) {
      String complaint =
          absent
              ? "does not exist: is its disk mounted?"
              : "cannot be opened: " + Kernel.failure(result, name).getReason();
      return link().complaint(complaint);
    }
    return absent && atTarget && isEmpty(at) ? empty() : Kernel.failure(result, at.pathOf(name));
  }

  private static boolean isEmpty(Directory directory) throws IOException {
    return EntryList.of(directory).isEmpty();
  }

  private SymbolicLinkException empty() {
    return link().complaint("is empty: is its disk mounted?");
  }

  private Link link() {
    if (link == null) {
      throw new IllegalStateException("no link was followed");
    }
    return link;
  }

  /// Leaves the start open, which is the caller's.
  @Override
  public void close() {
    if (at != start) {
      at.close();
    }
  }
}
