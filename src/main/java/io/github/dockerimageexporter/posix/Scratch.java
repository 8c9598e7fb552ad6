package io.github.dockerimageexporter.posix;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A thread's memory for the arguments and results of system calls.
final class Scratch {
  private static final int TEXT_SIZE = 4096;
  private static final int ATTRIBUTE_SIZE = 256;
  private static final int CONTENT_SIZE = 16 * 1024;
  private static final int POLL_SIZE = 8;
  private static final int POLL_EVENTS = 4;
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  final Kernel kernel = Kernel.ofThread();
  final StatusBuffer status = new StatusBuffer(kernel);
  final EntryBuffer entries = new EntryBuffer(kernel);
  final ByteBuffer content = kernel.nativeMemory(CONTENT_SIZE);
  private final long contentAddress = Kernel.address(content);
  private final ByteBuffer text = kernel.nativeMemory(TEXT_SIZE);
  private final long textAddress = Kernel.address(text);
  private final ByteBuffer attribute = kernel.nativeMemory(ATTRIBUTE_SIZE);
  private final long attributeAddress = Kernel.address(attribute);

  private Scratch() {}

  static Scratch ofThread() {
    return OF_THREAD.get();
  }

  /// Writes one name of a directory, and returns its address. A name that leads out of the
  /// directory becomes the empty one, which the kernel never finds.
  long writeName(String name) {
    return writePath(name.equals("..") ? "" : name);
  }

  /// Writes a path, and returns its address. A path that cannot exist, for a NUL or its length,
  /// becomes the empty one.
  long writePath(String path) {
    int length = path.length();
    if (length >= TEXT_SIZE) {
      return writeEncoded(path);
    }
    for (int i = 0; i < length; i++) {
      char c = path.charAt(i);
      if (c == 0 || c >= 0x80) {
        return writeEncoded(path);
      }
      text.put(i, (byte) c);
    }
    text.put(length, (byte) 0);
    return textAddress;
  }

  private long writeEncoded(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    return path.indexOf('\0') < 0 ? writePath(bytes) : writeBytes(bytes, 0);
  }

  /// Writes a path, and returns its address. One that is too long becomes the empty one.
  ///
  /// @param path without a NUL
  long writePath(byte[] path) {
    return writeBytes(path, path.length < TEXT_SIZE ? path.length : 0);
  }

  private long writeBytes(byte[] path, int length) {
    text.put(0, path, 0, length);
    text.put(length, (byte) 0);
    return textAddress;
  }

  /// Writes the path of `file` in the directory with the name `directory`, and returns its address.
  ///
  /// @param file of letters that are one byte each
  long writePath(byte[] directory, String file) {
    int end = directory.length + 1 + file.length();
    if (end >= TEXT_SIZE) {
      return writeBytes(directory, 0);
    }
    text.put(0, directory).put(directory.length, (byte) '/');
    for (int i = 0; i < file.length(); i++) {
      text.put(directory.length + 1 + i, (byte) file.charAt(i));
    }
    text.put(end, (byte) 0);
    return textAddress;
  }

  /// Writes the name of an extended attribute, and returns its address.
  long writeAttribute(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    attribute.put(0, bytes).put(bytes.length, (byte) 0);
    return attributeAddress;
  }

  /// Reads the next bytes of an open file to [#content].
  int read(int descriptor) {
    return kernel.read(descriptor, contentAddress, CONTENT_SIZE);
  }

  /// Reads bytes from `position` on, at most `limit` of them, to [#content].
  int readAt(int descriptor, int limit, long position) {
    return kernel.readAt(descriptor, contentAddress, Math.min(limit, CONTENT_SIZE), position);
  }

  /// Reads where a symbolic link points to [#content].
  int readLink(int parent, long name) {
    return kernel.readLink(parent, name, contentAddress, CONTENT_SIZE);
  }

  /// Asks for the size of the terminal behind `descriptor`, a `struct winsize`, in [#content].
  int windowSize(int descriptor) {
    return kernel.windowSize(descriptor, contentAddress);
  }

  /// Asks what can be done with `descriptor`; the answer is a `struct pollfd` in [#content].
  int poll(int descriptor) {
    content.putInt(0, descriptor).putInt(POLL_EVENTS, 0);
    content.putLong(POLL_SIZE, 0).putLong(POLL_SIZE + Long.BYTES, 0);
    return kernel.poll(contentAddress, contentAddress + POLL_SIZE);
  }

  byte[] contentBytes(int length) {
    var bytes = new byte[length];
    content.get(0, bytes);
    return bytes;
  }
}
