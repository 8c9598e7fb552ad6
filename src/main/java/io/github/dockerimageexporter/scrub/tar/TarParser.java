package io.github.dockerimageexporter.scrub.tar;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads the headers of a tar whose bytes come in pieces, and keeps none of it but the header it is
/// at.
///
/// The content of files is not among the pieces: whoever has it says that it was there, by
/// [#skipContent].
///
/// Source: POSIX, `pax`; GNU tar, `src/tar.h`; Go, `archive/tar/reader.go` (next, mergePAX).
public final class TarParser {
  /// What a header before the header may take; Go's limit, and so Docker's.
  static final int MAX_EXTENDED = 1024 * 1024;

  private final boolean readsPaths;
  private final byte[] block = new byte[TarHeader.SIZE];
  private final Map<String, String> extended = new HashMap<>();
  private final Map<String, String> longNames = new HashMap<>();
  private final ExtendedRecords records = new ExtendedRecords();
  private final LongName longName = new LongName();
  private int filled;
  private long bodySize;
  private long bodyLeft;
  private long padding;
  private char bodyType;
  private Optional<TarEntry> entry = Optional.empty();
  private boolean ended;

  /// One whose entries have their paths.
  public TarParser() {
    this(true);
  }

  /// @param readsPaths whether entries have their paths; without them, it takes less time
  public TarParser(boolean readsPaths) {
    this.readsPaths = readsPaths;
  }

  /// Reads the next bytes of the tar.
  ///
  /// @throws MalformedTarException if they are not what a tar has there
  public void accept(byte[] bytes, int offset, int length) throws MalformedTarException {
    int position = offset;
    int end = offset + length;
    while (position < end && !ended) {
      int left = end - position;
      if (padding > 0) {
        int skipped = (int) Math.min(left, padding);
        padding -= skipped;
        position += skipped;
      } else if (bodyLeft > 0) {
        int taken = (int) Math.min(left, bodyLeft);
        acceptBody(bytes, position, taken);
        bodyLeft -= taken;
        position += taken;
        endBody();
      } else {
        int taken = Math.min(left, TarHeader.SIZE - filled);
        System.arraycopy(bytes, position, block, filled, taken);
        filled += taken;
        position += taken;
        endHeader();
      }
    }
  }

  /// Whether the tar has ended; what follows is read no more.
  public boolean isEnded() {
    return ended;
  }

  /// The entry whose header was read last; each is given out once.
  public Optional<TarEntry> takeEntry() {
    Optional<TarEntry> taken = entry;
    entry = Optional.empty();
    return taken;
  }

  /// Goes past the content of the entry whose header was read last.
  public void skipContent(long sizeBytes) throws MalformedTarException {
    if (sizeBytes == 0) {
      return;
    }
    if (filled != 0 || bodyLeft != 0 || padding != 0) {
      throw new MalformedTarException("content in the middle of a header");
    }
    padding = padding(sizeBytes);
  }

  private void endHeader() throws MalformedTarException {
    if (filled < TarHeader.SIZE) {
      return;
    }
    filled = 0;
    var header = new TarHeader(block);
    if (header.isZero()) {
      ended = true;
      return;
    }
    switch (header.typeFlag()) {
      case 'x', 'g', 'L', 'K' -> beginBody(header);
      default -> {
        extended.putAll(longNames);
        describe(header.entry(extended, readsPaths));
      }
    }
  }

  private void describe(TarEntry next) throws MalformedTarException {
    if (entry.isPresent()) {
      throw new MalformedTarException("header of a file that it does not list");
    }
    extended.clear();
    longNames.clear();
    entry = Optional.of(next);
  }

  private void beginBody(TarHeader header) throws MalformedTarException {
    long size = header.sizeBytes();
    if (size < 0 || size > MAX_EXTENDED) {
      throw new MalformedTarException("extended header of " + size + " bytes");
    }
    bodyType = header.typeFlag();
    bodySize = size;
    bodyLeft = size;
    switch (bodyType) {
      case 'x' -> {
        extended.clear(); // of several in a row, the last one counts
        records.begin();
      }
      case 'L', 'K' -> longName.begin();
      default -> {} // of a global one, nothing matters
    }
    endBody();
  }

  private void acceptBody(byte[] bytes, int offset, int length) throws MalformedTarException {
    switch (bodyType) {
      case 'x' -> records.accept(bytes, offset, length, extended);
      case 'L', 'K' -> longName.accept(bytes, offset, length);
      default -> {}
    }
  }

  private void endBody() throws MalformedTarException {
    if (bodyLeft > 0) {
      return;
    }
    padding = padding(bodySize);
    switch (bodyType) {
      case 'x' -> records.end();
      case 'L' -> longNames.put(TarHeader.PATH, longName.text());
      case 'K' -> longNames.put(TarHeader.LINK_PATH, longName.text());
      default -> describe(globalHeader());
    }
  }

  private static TarEntry globalHeader() {
    return new TarEntry("", TarEntry.Type.GLOBAL_HEADER, 0, 0, 0, 0, "", 0, 0);
  }

  private static long padding(long size) {
    return -size & (TarHeader.SIZE - 1);
  }
}
