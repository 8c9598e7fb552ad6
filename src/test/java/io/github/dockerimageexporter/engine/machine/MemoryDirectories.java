package io.github.dockerimageexporter.engine.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/// Temporary directories in memory, where the machine has a file system there with room and with
/// programs that run: a store of a hundred directories takes a tenth of the time it takes on disk.
public final class MemoryDirectories implements TempDirFactory {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final long NEEDED_BYTES = 1L << 30;

  private final TempDirFactory onDisk = new TempDirFactory.Standard();
  private final boolean usable;

  public MemoryDirectories() throws IOException {
    usable =
        Files.isDirectory(MEMORY)
            && Files.isWritable(MEMORY)
            && Files.getFileStore(MEMORY).getUsableSpace() >= NEEDED_BYTES
            && programsRun();
  }

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext extension)
      throws Exception {
    return usable
        ? Files.createTempDirectory(MEMORY, "junit-")
        : onDisk.createTempDirectory(element, extension);
  }

  /// Nothing is executable where the file system is mounted noexec, as in a container.
  private static boolean programsRun() throws IOException {
    var permissions =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Path program = Files.createTempFile(MEMORY, "program", "", permissions);
    try {
      return Files.isExecutable(program);
    } finally {
      Files.delete(program);
    }
  }
}
