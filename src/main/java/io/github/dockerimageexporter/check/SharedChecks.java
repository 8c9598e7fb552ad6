package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.check.Check.Basis;
import io.github.dockerimageexporter.check.Check.Scope;
import io.github.dockerimageexporter.snapshot.Need;
import io.github.dockerimageexporter.snapshot.StoreSnapshot;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The checks of what a store of every kind has.
public final class SharedChecks {
  public static final List<Check<StoreSnapshot>> ALL =
      List.of(
          Check.of(
              Scope.OBJECT,
              Kind.IMAGE_CONFIG_INVALID,
              Set.of(Need.IMAGES),
              (store, _) -> ImageChecks.invalidConfigs(store)),
          Check.of(
              Scope.OBJECT,
              Kind.IMAGE_CONFIG_DIGEST_MISMATCH,
              Set.of(Need.IMAGES),
              (store, _) -> ImageChecks.configDigests(store)),
          Check.of(
              Scope.OBJECT,
              Kind.CHAIN_TOO_DEEP,
              Set.of(Need.IMAGES, Need.LAYERS),
              (store, _) -> ImageChecks.tooDeep(store)),
          Check.of(
              Scope.STORE,
              Kind.LAYER_MISSING,
              Set.of(Need.IMAGES, Need.LAYER_LIST),
              (store, _) -> ImageChecks.layersPresent(store)),
          Check.of(
              Scope.STORE,
              Kind.REFERENCES_INVALID,
              Set.of(Need.REFERENCES),
              (store, _) -> ReferenceChecks.invalidReferences(store)),
          Check.of(
              Scope.STORE,
              Kind.REFERENCE_DANGLING,
              Set.of(Need.REFERENCE_NAMES, Need.IMAGE_LIST),
              (store, _) -> ReferenceChecks.danglingReferences(store)),
          Check.of(
              StoreSnapshot.class,
              Scope.OBJECT,
              Basis.RECORDS,
              Map.of(
                  Kind.LAYER_METADATA_INVALID,
                  Set.of(Need.LAYERS),
                  Kind.LAYER_EMPTY,
                  Set.of(Need.LAYERS)),
              (store, _) -> LayerChecks.invalidLayers(store)),
          Check.of(
              Scope.STORE,
              Kind.LAYER_PARENT_MISSING,
              Set.of(Need.LAYERS),
              (store, context) -> LayerChecks.parentsPresent(store, context.graph())),
          Check.of(
              Scope.STORE,
              Kind.LAYER_PARENT_CYCLE,
              Set.of(Need.LAYERS),
              (store, context) -> LayerChecks.cycles(store, context.graph())),
          Check.of(
              Scope.OBJECT,
              Kind.CHAIN_TOO_DEEP,
              Set.of(Need.IMAGES, Need.LAYERS),
              (store, context) -> LayerChecks.depths(store, context.graph())),
          Check.of(
              Scope.OBJECT,
              Kind.CHAIN_ID_MISMATCH,
              Set.of(Need.LAYERS),
              (store, context) -> LayerChecks.chainIds(store, context.graph())),
          Check.of(
              Scope.OBJECT,
              Kind.LAYER_DIRECTORY_MISSING,
              Set.of(Need.LAYERS, Need.DIRECTORIES),
              (store, _) -> DirectoryChecks.layerDirectories(store)),
          Check.of(
              Scope.STORE,
              Kind.DRIVER_DIRECTORY_EMPTY,
              Set.of(Need.LAYER_LIST, Need.DIRECTORY_LIST),
              (store, _) -> DirectoryChecks.emptyHome(store)),
          Check.of(
              Scope.STORE,
              Kind.CACHE_ID_CONFLICT,
              Set.of(Need.LAYERS),
              (store, _) -> DirectoryChecks.conflicts(store)),
          Check.of(
              Scope.STORE,
              Kind.IMAGE_PARENT_DANGLING,
              Set.of(Need.IMAGES, Need.METADATA),
              (store, _) -> ImageChecks.parentsPresent(store)),
          Check.of(
              Scope.OBJECT,
              Kind.CONTAINER_CONFIG_INVALID,
              Set.of(Need.CONTAINERS, Need.MOUNT_LIST),
              (store, context) -> ContainerChecks.invalidConfigs(store, context.grace())));

  private SharedChecks() {}
}
