/// What containerd's two databases record: `meta.db` for all namespaces, `metadata.db` for one
/// snapshotter.
@NullMarked
package io.github.dockerimageexporter.store.containerd.database;

import org.jspecify.annotations.NullMarked;
