package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The containers' own configurations.
final class ContainerChecks {
  static final List<Check<StoreSnapshot>> ALL =
      List.of(
          Check.of(
              Scope.OBJECT,
              Kind.CONTAINER_CONFIG_INVALID,
              Set.of(Need.CONTAINERS, Need.MOUNT_LIST),
              (store, context) -> invalidConfigs(store, context.grace())));

  private ContainerChecks() {}

  /// Those that Docker does not load. One that is not there may be in the making until the grace is
  /// over.
  static Stream<Problem> invalidConfigs(StoreSnapshot store, Instant grace) {
    return store.invalidContainers().values().stream()
        .filter(container -> container.begun().filter(begun -> begun.isAfter(grace)).isEmpty())
        .map(
            container ->
                new Problem.ContainerConfigInvalid(
                    container.id(), container.path(), container.reason()));
  }
}
