/// The way into a data root: which stores it has, which of them dockerd uses, and why there is
/// none.
///
/// Begin with [StoreReader]. Each kind of store is read in a package of its own below this one,
/// with the tools of `store.file`, `store.json` and `store.container`.
@NullMarked
package io.github.dockerimageexporter.store;

import org.jspecify.annotations.NullMarked;
