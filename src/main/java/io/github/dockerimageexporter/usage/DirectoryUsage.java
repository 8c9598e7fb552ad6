package io.github.dockerimageexporter.usage;

/// What a directory takes, by Docker's rule and by the disk's.
///
/// @param contentBytes Docker's own rule, over the content alone: the sum of `st_size` of
///     everything but directories, each inode once
/// @param diskBytes allocated: `st_blocks` x 512 of everything, directories included, each inode
///     once
/// @param inodes how many inodes that is
/// @param unreadable how many names could not be read, so that a partial sum shows as partial
public record DirectoryUsage(long contentBytes, long diskBytes, long inodes, long unreadable) {}
