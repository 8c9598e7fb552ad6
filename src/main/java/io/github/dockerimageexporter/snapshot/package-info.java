/// One pass over a data root: its stores, what each of them has, and what of it could not be seen.
///
/// Begin with [StoreSnapshot]: all that every kind of store has, and all that metrics, page, report
/// and most checks see of one.
@NullMarked
package io.github.dockerimageexporter.snapshot;

import org.jspecify.annotations.NullMarked;
