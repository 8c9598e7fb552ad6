package io.github.dockerimageexporter.usage;

import io.github.dockerimageexporter.posix.EntryBuffer;
import io.github.dockerimageexporter.posix.StatusBuffer;

/// Is told of all that a walk counts as content, while it is measured: what else is to be known of
/// a directory then takes no walk of its own.
///
/// Buffers are only valid in the call.
public interface ContentVisitor {
  /// Takes no notice of anything.
  ContentVisitor NONE =
      new ContentVisitor() {
        @Override
        public void enter(byte[] names, int start, int length, StatusBuffer status) {}

        @Override
        public void leave() {}

        @Override
        public void file(int directory, EntryBuffer entry, StatusBuffer status) {}

        @Override
        public void leaveOut() {}
      };

  /// A directory: the one that is the content, which has no name, or one in that entered last.
  void enter(byte[] names, int start, int length, StatusBuffer status);

  /// The end of the directory that was entered last.
  void leave();

  /// What is not a directory.
  ///
  /// @param directory what it is in, open
  void file(int directory, EntryBuffer entry, StatusBuffer status);

  /// Something was left out: it cannot be read, has vanished, or something is mounted there.
  void leaveOut();
}
