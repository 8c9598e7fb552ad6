package io.github.dockerimageexporter.store.containerd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.Leftover;
import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.posix.FileStatus;
import io.github.dockerimageexporter.snapshot.BlobTally;
import io.github.dockerimageexporter.snapshot.StorePart;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import io.github.dockerimageexporter.store.file.ReadFailures;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What the content store has besides its blobs: downloads at work, and what is not read.
///
/// Source: containerd, `plugins/content/local/store.go`.
///
/// @param areNone whether there surely are no downloads
/// @param others the paths of what stands next to the directory of blobs
record Downloads(boolean areNone, List<String> others) {

  static Downloads of(Home home, ContainerdLayout layout) {
    return new Downloads(areNone(home, layout), otherAlgorithms(home, layout));
  }

  /// Whether the content store has nothing but blobs.
  boolean isEmpty() {
    return areNone && others.isEmpty();
  }

  private static boolean areNone(Home home, ContainerdLayout layout) {
    try (Directory downloads = home.openDirectory(layout.downloads())) {
      return downloads.entries().isEmpty();
    } catch (NoSuchFileException noneYet) {
      return true;
    } catch (IOException unreadable) {
      return false;
    }
  }

  /// How many downloads there are, and what they take with the directories of the content store.
  /// Until it is known what the database records, none of them is left over.
  ///
  /// @param kept what the downloads at work are named after
  BlobTally tally(Set<String> kept, Unrecorded.Pass pass) {
    Home home = pass.home();
    ContainerdLayout layout = pass.layout();
    ReadFailures failures = pass.failures();
    Set<String> names = kept.stream().map(Downloads::name).collect(toSet());
    boolean known = !failures.isUnknown(StorePart.IMAGES);
    long bytes = directories(home, layout);
    others.forEach(path -> failures.path(path, "only blobs/sha256 is read"));
    long count = 0;
    try (Directory downloads = home.openDirectory(layout.downloads())) {
      for (DirectoryEntry entry : downloads.entries()) {
        bytes += bytes(downloads, entry);
        count++;
        boolean isDownload = entry.isDirectory() && Digest.isHex(entry.name());
        if (!isDownload || (known && !names.contains(entry.name()))) {
          pass.leftovers()
              .add(
                  isDownload ? Leftover.Kind.DOWNLOAD : Leftover.Kind.STRAY,
                  downloads,
                  layout.downloads(),
                  entry.name());
        }
      }
    } catch (NoSuchFileException noneYet) {
      return new BlobTally(0, bytes);
    } catch (IOException unreadable) {
      failures.path(layout.downloads(), unreadable);
    }
    return new BlobTally(count, bytes);
  }

  private static String name(String ref) {
    return Digest.of(ref.getBytes(UTF_8)).hex();
  }

  private static long directories(Home home, ContainerdLayout layout) {
    String blobs = layout.blobs();
    String parent = blobs.substring(0, blobs.lastIndexOf('/'));
    return Stream.of(layout.contentStore(), parent, blobs, layout.downloads())
        .mapToLong(path -> bytes(home, path))
        .sum();
  }

  private static List<String> otherAlgorithms(Home home, ContainerdLayout layout) {
    String known = layout.blobs();
    String parent = known.substring(0, known.lastIndexOf('/'));
    try (Directory algorithms = home.openDirectory(parent)) {
      return algorithms.entries().stream()
          .map(entry -> parent + "/" + entry.name())
          .filter(path -> !path.equals(known))
          .toList();
    } catch (IOException noBlobsYet) {
      // What is missing or closed is noted with the blobs.
      return List.of();
    }
  }

  private static long bytes(Home home, String path) {
    try {
      return home.find(path).map(FileStatus::allocatedBytes).orElse(0L);
    } catch (IOException unreadable) {
      return 0;
    }
  }

  private static long bytes(Directory downloads, DirectoryEntry entry) throws IOException {
    Optional<FileStatus> own = downloads.find(entry.name());
    long bytes = own.map(FileStatus::allocatedBytes).orElse(0L);
    if (!entry.isDirectory()) {
      return bytes;
    }
    try (Directory download = downloads.openDirectory(entry.name())) {
      for (DirectoryEntry file : download.entries()) {
        bytes += download.find(file.name()).map(FileStatus::allocatedBytes).orElse(0L);
      }
    } catch (NoSuchFileException finished) {
      return bytes;
    }
    return bytes;
  }
}
