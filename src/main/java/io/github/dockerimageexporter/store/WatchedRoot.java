package io.github.dockerimageexporter.store;

import io.github.dockerimageexporter.store.file.WatchedTree;
import java.nio.file.Path;

/// A directory below which changes of the stores show.
///
/// @param name what it is, as the log calls it
/// @param path absolute
/// @param tree which directories of it are watched
public record WatchedRoot(String name, Path path, WatchedTree tree) {}
