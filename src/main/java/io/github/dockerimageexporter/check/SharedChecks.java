package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.List;
import java.util.stream.Stream;

/// The checks of what a store of every kind has.
public final class SharedChecks {
  public static final List<Check<StoreSnapshot>> ALL =
      Stream.of(
              ImageChecks.ALL,
              ReferenceChecks.ALL,
              LayerChecks.ALL,
              DirectoryChecks.ALL,
              ContainerChecks.ALL)
          .flatMap(List::stream)
          .toList();

  private SharedChecks() {}
}
