package io.github.dockerimageexporter.bolt;

import java.util.HashMap;
import java.util.Map;

/// The bucket of each page that was read, by the place of its header.
final class PageOwners {
  private static final int BITS = 6;
  private static final int MASK = (1 << BITS) - 1;

  /// Of neighbouring pages, one more than the place; 0 if it was not read.
  private final Map<Long, long[]> owners = new HashMap<>();

  /// Notes that a page is of a bucket; whether it is of no other.
  boolean take(long page, long bucket) {
    long[] neighbours = owners.computeIfAbsent(page >>> BITS, _ -> new long[1 << BITS]);
    int at = (int) (page & MASK);
    if (neighbours[at] == 0) {
      neighbours[at] = bucket + 1;
    }
    return neighbours[at] == bucket + 1;
  }
}
