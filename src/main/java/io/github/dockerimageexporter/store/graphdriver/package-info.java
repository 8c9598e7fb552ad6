/// The image store of a graph driver, read as strictly as Docker itself reads it.
///
/// Begin with [GraphDriverStore]. One class owns the file names of each directory:
///
/// | class              | directory or file                                  |
/// |--------------------|----------------------------------------------------|
/// | `ReferenceStore`   | `image/<driver>/repositories.json`                 |
/// | `ImageStore`       | `image/<driver>/imagedb`                           |
/// | `LayerStore`       | `image/<driver>/layerdb/sha256`                    |
/// | `MountStore`       | `image/<driver>/layerdb/mounts`                    |
/// | `TransactionStore` | `image/<driver>/layerdb/tmp`                       |
/// | `DriverHome`       | `<driver>`                                         |
/// | `OverlayStore`     | `<driver>/<id>/link` and `lower`, `<driver>/l`     |
/// | `TemporaryStore`   | `tmp`                                              |
/// | `BuildCacheStore`  | `buildkit/snapshots.db`                            |
@NullMarked
package io.github.dockerimageexporter.store.graphdriver;

import org.jspecify.annotations.NullMarked;
