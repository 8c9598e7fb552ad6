package io.github.dockerimageexporter.posix;

/// One name in a directory.
public record DirectoryEntry(String name, FileKind kind, long inode) {}
