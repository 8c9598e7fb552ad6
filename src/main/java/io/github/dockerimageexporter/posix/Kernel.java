package io.github.dockerimageexporter.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/// The system calls, as the kernel takes them: descriptors and addresses are plain numbers, a
/// negative result is an error number with its sign turned.
///
/// All go through the C library's `syscall`, so that one native function is linked for all of them
/// (a link costs some 10 ms at start), and no version of the C library matters. An instance belongs
/// to one thread.
@SuppressWarnings("restricted")
public final class Kernel {
  /// In place of a descriptor: relative to the working directory.
  static final int WORKING_DIRECTORY = -100;

  public static final int ENOENT = 2;
  public static final int ENOTDIR = 20;
  public static final int EINVAL = 22;
  public static final int ELOOP = 40;

  private static final int EPERM = 1;
  private static final int ENOMEM = 12;
  private static final int ENFILE = 23;
  private static final int EMFILE = 24;
  private static final int ENODATA = 61;
  private static final int EOPNOTSUPP = 95;
  private static final int EINTR = 4;
  private static final int EACCES = 13;

  private static final long O_NONBLOCK = 04000;
  private static final long O_CLOEXEC = 02000000;
  private static final long AT_SYMLINK_NOFOLLOW = 0x100;
  private static final long AT_NO_AUTOMOUNT = 0x800;
  private static final long AT_EMPTY_PATH = 0x1000;
  private static final long TIOCGWINSZ = 0x5413;
  private static final long F_SETFL = 4;
  private static final long POSIX_FADV_DONTNEED = 4;
  private static final long STATX_ALL = 0xfff;

  private static final long PRIO_PROCESS = 0;
  private static final long IOPRIO_WHO_PROCESS = 1;
  private static final long THIS_THREAD = 0;
  private static final long NICE = 10;
  private static final long IOPRIO_LOWEST_BEST_EFFORT = (2 << 13) | 7;
  private static final long IOPRIO_IDLE = 3 << 13;

  private static final ThreadLocal<Kernel> OF_THREAD = ThreadLocal.withInitial(Kernel::new);

  private final Abi abi = Abi.ofThisMachine();
  private final Arena memory = Arena.ofAuto();
  private final ByteBuffer error = nativeMemory(Integer.BYTES);
  private final MemorySegment errorSegment = MemorySegment.ofBuffer(error);
  private final long parentName = address(nativeMemory(3).put(0, new byte[] {'.', '.', 0}));

  private boolean yieldsDisks;

  private Kernel() {}

  /// The calling thread's instance.
  ///
  /// @throws UnsupportedOperationException on a system other than Linux on x86_64 or aarch64
  public static Kernel ofThread() {
    return OF_THREAD.get();
  }

  /// Memory outside the heap, in the byte order of the processor, that lasts as long as the thread.
  ///
  /// An [#address] is a plain number, which keeps nothing alive: memory that went with its buffer
  /// could be freed between the taking of its address and the call that uses it.
  public ByteBuffer nativeMemory(int size) {
    return memory.allocate(size, Long.BYTES).asByteBuffer().order(ByteOrder.nativeOrder());
  }

  /// Where `memory` lies; valid as long as the thread whose [#nativeMemory] it is.
  public static long address(ByteBuffer memory) {
    return MemorySegment.ofBuffer(memory).address();
  }

  /// Opens a directory, following links to it.
  int openDirectoryFollowing(long path) {
    return open(WORKING_DIRECTORY, path, abi.directoryFlag());
  }

  /// Opens the directory `name`, but no link to one.
  public int openDirectory(int parent, long name) {
    return open(parent, name, abi.directoryFlag() | abi.noFollowFlag());
  }

  /// Opens the directory above `directory`.
  public int openParent(int directory) {
    return openDirectory(directory, parentName);
  }

  /// Opens `name` for reading, without waiting for a FIFO's writer.
  public int openFile(int parent, long name) {
    return open(parent, name, abi.noFollowFlag() | O_NONBLOCK);
  }

  /// Has an open file read from the disk itself from now on, whatever of it is in memory, and
  /// without bringing it there. Positions, lengths and the addresses of buffers must be multiples
  /// of 4096. Not every file system can: [#EINVAL].
  public int readFromDisk(int descriptor) {
    return (int) call(abi.fcntl(), descriptor, F_SETFL, O_NONBLOCK | abi.directFlag(), 0, 0);
  }

  /// How much of an open file is in memory. Linux tells it from 6.5 on, and newer ones only to whom
  /// the file belongs, or who may write to it.
  ///
  /// @param range a `struct cachestat_range`
  /// @param answer a `struct cachestat`
  public int cached(int descriptor, long range, long answer) {
    return (int) call(abi.cachestat(), descriptor, range, answer, 0, 0);
  }

  /// Lets the kernel take what is in memory of an open file, as far as nobody uses it.
  public void giveBack(int descriptor) {
    callOnce(abi.fadvise64(), descriptor, 0, 0, POSIX_FADV_DONTNEED, 0);
  }

  private int open(int parent, long name, long flags) {
    return (int) call(abi.openat(), parent, name, flags | O_CLOEXEC, 0, 0);
  }

  public void close(int descriptor) {
    callOnce(abi.close(), descriptor, 0, 0, 0, 0);
  }

  int read(int descriptor, long buffer, long size) {
    return (int) call(abi.read(), descriptor, buffer, size, 0, 0);
  }

  public int readAt(int descriptor, long buffer, long size, long position) {
    return (int) call(abi.pread64(), descriptor, buffer, size, position, 0);
  }

  /// The same of the content of a layer, while the disk has nothing else to do, if this thread
  /// [yields the disks][#yieldDisks].
  public int readContentAt(int descriptor, long buffer, long size, long position) {
    if (!yieldsDisks) {
      return readAt(descriptor, buffer, size, position);
    }
    setDiskPriority(IOPRIO_IDLE);
    int count = readAt(descriptor, buffer, size, position);
    setDiskPriority(IOPRIO_LOWEST_BEST_EFFORT);
    return count;
  }

  int readEntries(int descriptor, long buffer, long size) {
    return (int) call(abi.getdents64(), descriptor, buffer, size, 0, 0);
  }

  /// Goes back to a directory's first entry.
  public int rewind(int descriptor) {
    return (int) seek(descriptor, 0);
  }

  /// Goes to an entry of a directory, by its [EntryBuffer#following]; negative if it cannot.
  public long seek(int descriptor, long position) {
    return call(abi.lseek(), descriptor, position, 0, 0, 0);
  }

  public int readLink(int parent, long name, long buffer, long size) {
    return (int) call(abi.readlinkat(), parent, name, buffer, size, 0);
  }

  /// The status of `name`, of a symbolic link its own.
  int status(int parent, long name, long buffer) {
    long flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT;
    return (int) call(abi.statx(), parent, name, flags, STATX_ALL, buffer);
  }

  /// The status of what `descriptor` has open; `emptyName` is the address of a NUL.
  int statusOfOpen(int descriptor, long emptyName, long buffer) {
    return (int) call(abi.statx(), descriptor, emptyName, AT_EMPTY_PATH, STATX_ALL, buffer);
  }

  /// Whether `path` has the extended attribute `name`; below zero if that cannot be told.
  public int hasAttribute(long path, long name) {
    int length = (int) call(abi.lgetxattr(), path, name, 0, 0, 0);
    return length == -ENODATA || length == -EOPNOTSUPP ? 0 : Math.min(length, 1);
  }

  /// The size of the terminal that `descriptor` is, as `struct winsize`.
  int windowSize(int descriptor, long buffer) {
    return (int) call(abi.ioctl(), descriptor, TIOCGWINSZ, buffer, 0, 0);
  }

  /// What can be done with a descriptor right now; it does not wait.
  ///
  /// @param request a `struct pollfd`, which the answer goes into, and a `struct timespec` of zero
  int poll(long request, long atOnce) {
    return (int) call(abi.ppoll(), request, 1, atOnce, 0, 0);
  }

  /// Lets other threads have the processors and the disks first, as far as the system lets this
  /// thread say so.
  public void yieldPriority() {
    callOnce(abi.setpriority(), PRIO_PROCESS, THIS_THREAD, NICE, 0, 0);
    setDiskPriority(IOPRIO_LOWEST_BEST_EFFORT);
  }

  /// The same, and lets others have the disks for as long as they use them before it reads the
  /// content of a layer; not before it looks into a directory, which is locked until then.
  public void yieldDisks() {
    yieldPriority();
    yieldsDisks = true;
  }

  private void setDiskPriority(long ioClass) {
    callOnce(abi.ioprioSet(), IOPRIO_WHO_PROCESS, THIS_THREAD, ioClass, 0, 0);
  }

  private long call(long number, long a, long b, long c, long d, long e) {
    long result;
    do {
      result = callOnce(number, a, b, c, d, e);
    } while (result == -EINTR);
    return result;
  }

  private long callOnce(long number, long a, long b, long c, long d, long e) {
    try {
      long result = (long) Syscall.HANDLE.invokeExact(errorSegment, number, a, b, c, d, e);
      return result >= 0 ? result : -error.getInt(0);
    } catch (Throwable impossible) {
      throw new AssertionError("a system call throws nothing", impossible);
    }
  }

  /// The exception for a negative `result` of a call on `path`.
  ///
  /// @throws ExhaustedException if the call failed for want of descriptors or memory, which says
  ///     nothing of `path`
  public static FileSystemException failure(int result, String path) {
    throwIfExhausted(result, path);
    int errno = -result;
    return switch (errno) {
      case ENOENT -> new NoSuchFileException(path);
      case ENOTDIR -> new NoSuchFileException(path, null, describe(errno));
      case EACCES, EPERM -> new AccessDeniedException(path, null, describe(errno));
      default -> new FileSystemException(path, null, describe(errno));
    };
  }

  /// Looks at a `result` for a failure of this process, not of what it was called on. Its words are
  /// ready: to link what has others may take a descriptor.
  ///
  /// @throws ExhaustedException if it says that there is no descriptor or memory left
  public static void throwIfExhausted(int result, String path) {
    switch (-result) {
      case EMFILE -> throw new ExhaustedException(path, "too many open files in this process");
      case ENFILE -> throw new ExhaustedException(path, "too many open files on this machine");
      case ENOMEM -> throw new ExhaustedException(path, "out of memory");
      default -> {}
    }
  }

  private static String describe(int errno) {
    try {
      var text = (MemorySegment) Strerror.HANDLE.invokeExact(errno);
      return "%s (errno %d)".formatted(text.reinterpret(Long.MAX_VALUE).getString(0), errno);
    } catch (Throwable impossible) {
      throw new AssertionError("strerror throws nothing", impossible);
    }
  }

  /// Linked at the first system call.
  private static final class Syscall {
    static final MethodHandle HANDLE =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("syscall"),
                FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                Linker.Option.firstVariadicArg(1),
                Linker.Option.captureCallState("errno"));
  }

  /// Linked at the first failure that needs words.
  private static final class Strerror {
    static final MethodHandle HANDLE =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("strerror"),
                FunctionDescriptor.of(ADDRESS, JAVA_INT));
  }
}
