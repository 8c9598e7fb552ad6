package io.github.dockerimageexporter.scrub;

import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.posix.FileKind;
import io.github.dockerimageexporter.posix.StatusBuffer;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tar.TarPath;
import io.github.dockerimageexporter.scrub.tree.LayerTree;
import io.github.dockerimageexporter.scrub.tree.LayerTree.Found;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Fault;
import java.io.IOException;
import java.util.OptionalLong;

/// Compares what a tar says of a file with the file of a layer's directory.
///
/// | of              | is compared                                                     |
/// |-----------------|-----------------------------------------------------------------|
/// | regular files   | size, mode, owner, group                                        |
/// | directories, FIFOs | mode, owner, group                                           |
/// | devices         | numbers, mode, owner, group                                     |
/// | symbolic links  | where they point, owner, group                                  |
/// | hard links      | that they are the file they are another name of                 |
///
/// A file of several names has the mode, owner and group of the last of their headers. One that
/// differs from its own header is told only if it differs from those of all its other names.
///
/// Times and extended attributes are not: they change with what a daemon does of its own.
///
/// Source: moby, `pkg/archive/archive.go` (createTarFile).
final class EntryComparison {
  private static final int FORMAT = 0170000;
  private static final int PERMISSIONS = 07777;

  private final LayerTree tree;
  private final Owners owners;
  private final Differences differences;

  EntryComparison(LayerTree tree, Owners owners, Differences differences) {
    this.tree = tree;
    this.owners = owners;
    this.differences = differences;
  }

  /// Compares the file at `path`, which was found just now; whether its content may be compared.
  boolean compare(String path, TarEntry entry) throws IOException {
    StatusBuffer status = tree.status();
    differences.explain(path);
    if (entry.type() == TarEntry.Type.HARD_LINK) {
      compareLink(path, entry, status);
      return false;
    }
    int expected = format(entry.type());
    if ((status.mode() & FORMAT) != expected) {
      String detail =
          "%s, expected %s"
              .formatted(FileKind.describe(status.mode()), FileKind.describe(expected));
      differences.add(Fault.FILE_METADATA, path, detail);
      return false;
    }
    String detail = metadata(path, entry, status);
    if (!detail.isEmpty() && status.links() > 1 && entry.type() != TarEntry.Type.DIRECTORY) {
      differences.putOff(path, detail, status.inode());
    } else if (!detail.isEmpty()) {
      differences.add(Fault.FILE_METADATA, path, detail);
    }
    if (entry.type() == TarEntry.Type.REGULAR && status.sizeBytes() != entry.sizeBytes()) {
      String sizes = "%d bytes, expected %d".formatted(status.sizeBytes(), entry.sizeBytes());
      differences.add(Fault.FILE_SIZE, path, sizes);
      return false;
    }
    return entry.type() == TarEntry.Type.REGULAR;
  }

  private void compareLink(String path, TarEntry entry, StatusBuffer status) throws IOException {
    boolean isDirectory = status.kind() == FileKind.DIRECTORY;
    long inode = status.inode();
    boolean isLink = status.kind() == FileKind.SYMBOLIC_LINK;
    if ((isLink || (status.mode() & PERMISSIONS) == entry.mode())
        && owner(entry, status).isEmpty()) {
      differences.explain(inode);
    }
    String target = TarPath.clean(entry.link());
    String detail = "not a hard link to " + Quote.line(TarPath.decoded(target));
    if (isDirectory) {
      differences.add(Fault.FILE_METADATA, path, detail);
    } else if (tree.find(target) == Found.PRESENT && tree.status().inode() != inode) {
      // It is right if the tar replaces the target further on.
      differences.putOff(path, detail, target);
    }
  }

  /// What is wrong besides its size and kind; empty if nothing is.
  private String metadata(String path, TarEntry entry, StatusBuffer status) throws IOException {
    int mode = status.mode() & PERMISSIONS;
    if (entry.type() == TarEntry.Type.SYMBOLIC_LINK) {
      String link = tree.readLink(path);
      if (!link.equals(entry.link())) {
        return "points to %s, expected %s".formatted(quote(link), quote(entry.link()));
      }
    } else if (mode != entry.mode()) {
      return "mode %04o, expected %04o".formatted(mode, entry.mode());
    }
    if (isDevice(entry.type())
        && (status.majorOfDevice() != entry.major() || status.minorOfDevice() != entry.minor())) {
      return "device %d:%d, expected %d:%d"
          .formatted(status.majorOfDevice(), status.minorOfDevice(), entry.major(), entry.minor());
    }
    return owner(entry, status);
  }

  /// What is wrong of its owner or group; empty if nothing is.
  private String owner(TarEntry entry, StatusBuffer status) {
    OptionalLong user = owners.user(entry.owner());
    OptionalLong group = owners.group(entry.group());
    if (user.orElse(status.owner()) != status.owner()
        || group.orElse(status.group()) != status.group()) {
      return "owner %d:%d, expected %d:%d"
          .formatted(
              status.owner(),
              status.group(),
              user.orElse(status.owner()),
              group.orElse(status.group()));
    }
    return "";
  }

  private static String quote(String path) {
    return Quote.line(TarPath.decoded(path));
  }

  private static boolean isDevice(TarEntry.Type type) {
    return type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
  }

  /// The kind in `st_mode`.
  static int format(TarEntry.Type type) {
    return switch (type) {
      case REGULAR, HARD_LINK, SPARSE -> 0100000;
      case SYMBOLIC_LINK -> 0120000;
      case CHARACTER_DEVICE -> 0020000;
      case BLOCK_DEVICE -> 0060000;
      case DIRECTORY -> 0040000;
      case FIFO -> 0010000;
      case GLOBAL_HEADER -> 0;
    };
  }
}
