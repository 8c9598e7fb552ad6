/// Files to model: what lies below the data root, read as strictly as Docker itself reads it.
///
/// Begin with [StoreReader]. One class owns the file names of each directory:
///
/// | class            | directory or file                                  |
/// |------------------|----------------------------------------------------|
/// | `DataRoot`       | the data root: which stores there are              |
/// | `ReferenceStore` | `image/<driver>/repositories.json`                 |
/// | `ImageStore`     | `image/<driver>/imagedb`                           |
/// | `LayerStore`     | `image/<driver>/layerdb/sha256`                    |
/// | `MountStore`     | `image/<driver>/layerdb/mounts`                    |
/// | `ContainerStore` | `containers`                                       |
/// | `DriverHome`     | `<driver>`                                         |
@NullMarked
package io.github.dockerimageexporter.store;

import org.jspecify.annotations.NullMarked;
