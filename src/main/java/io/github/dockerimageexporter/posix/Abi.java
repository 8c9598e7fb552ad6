package io.github.dockerimageexporter.posix;

import java.util.Locale;

/// The numbers that differ between the processors Linux runs on.
///
/// Source: Linux, `arch/x86/entry/syscalls/syscall_64.tbl`, `include/uapi/asm-generic/unistd.h`,
/// and `fcntl.h` of `include/uapi/asm-generic` and `arch/arm64/include/uapi/asm`.
record Abi(
    long read,
    long pread64,
    long close,
    long lseek,
    long getdents64,
    long openat,
    long readlinkat,
    long statx,
    long setpriority,
    long ioprioSet,
    long lgetxattr,
    long ioctl,
    long ppoll,
    long fcntl,
    long fadvise64,
    long cachestat,
    long directFlag,
    long directoryFlag,
    long noFollowFlag) {
  private static final Abi X86_64 =
      new Abi(
          0, 17, 3, 8, 217, 257, 267, 332, 141, 251, 192, 16, 271, 72, 221, 451, 040000, 0200000,
          0400000);
  private static final Abi AARCH64 =
      new Abi(
          63, 67, 57, 62, 61, 56, 78, 291, 140, 30, 9, 29, 73, 25, 223, 451, 0200000, 040000,
          0100000);

  /// The numbers of the machine that the properties `os.name` and `os.arch` describe.
  ///
  /// @throws UnsupportedOperationException on any other system or processor
  static Abi of(String system, String processor) {
    if (system.equals("Linux")) {
      switch (processor.toLowerCase(Locale.ROOT)) {
        case "amd64", "x86_64" -> {
          return X86_64;
        }
        case "aarch64" -> {
          return AARCH64;
        }
        default -> {}
      }
    }
    throw new UnsupportedOperationException(
        "%s on %s is not supported, only Linux on x86_64 and aarch64".formatted(system, processor));
  }

  static Abi ofThisMachine() {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"));
  }
}
