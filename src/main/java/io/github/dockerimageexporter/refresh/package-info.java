/// When to scan, and what of it counts: the latest observation of a data root.
///
/// Begin with [Refresher] for the daemon, with [StoreScanner] for one scan.
@NullMarked
package io.github.dockerimageexporter.refresh;

import org.jspecify.annotations.NullMarked;
