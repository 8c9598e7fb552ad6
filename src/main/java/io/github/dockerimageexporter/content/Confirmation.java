package io.github.dockerimageexporter.content;

import java.time.Duration;
import java.util.function.Predicate;

/// Which readings count only if a second one gives the same.
///
/// @param settle the least time between the two
record Confirmation<V>(Predicate<V> doubted, Duration settle) {}
