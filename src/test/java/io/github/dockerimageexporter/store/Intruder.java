package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// What can stand in place of a file.
enum Intruder {
  FIFO {
    @Override
    void replace(Path file) throws IOException {
      try {
        Program.of("mkfifo", file.toString()).run();
      } catch (InterruptedException interrupted) {
        throw new IOException(interrupted);
      }
    }
  },
  SOCKET {
    @Override
    void replace(Path file) throws IOException {
      // The path of a socket is short, as a link's to its directory is; a rename is not bound by
      // that.
      Path link = Files.createTempDirectory("socket").resolve("d");
      Path bound = Files.createSymbolicLink(link, file.getParent()).resolve("s");
      try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(bound));
        Files.move(bound, file);
      }
      Files.delete(link);
      Files.delete(link.getParent());
    }
  },
  DIRECTORY {
    @Override
    void replace(Path file) throws IOException {
      Files.createDirectory(file);
    }
  },
  LINK_OUT_OF_THE_ROOT {
    @Override
    void replace(Path file) throws IOException {
      Files.createSymbolicLink(file, Path.of("/etc/passwd"));
    }
  },
  ENDLESS_DEVICE {
    @Override
    void replace(Path file) throws IOException {
      Files.createSymbolicLink(file, Path.of("/dev/zero"));
    }
  },
  TEN_GIBIBYTES_OF_HOLE {
    @Override
    void replace(Path file) throws IOException {
      try (var hole = new RandomAccessFile(file.toFile(), "rw")) {
        hole.setLength(10L << 30);
      }
    }
  },
  INVALID_UTF_8 {
    @Override
    void replace(Path file) throws IOException {
      Files.write(file, new byte[] {(byte) 0xc3, (byte) 0x28, (byte) 0xff, 0});
    }
  },
  DEEP_JSON {
    @Override
    void replace(Path file) throws IOException {
      Files.writeString(file, "[".repeat(100_000) + "]".repeat(100_000));
    }
  };

  abstract void replace(Path file) throws IOException;

  boolean isLong() {
    return this == TEN_GIBIBYTES_OF_HOLE;
  }

  boolean isLink() {
    return this == LINK_OUT_OF_THE_ROOT || this == ENDLESS_DEVICE;
  }
}
