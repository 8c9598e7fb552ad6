/// Hostile stores: whatever a file of a data root holds, it is read within bounds and named.
///
/// Begin with [StoreFuzz].
@NullMarked
package io.github.dockerimageexporter.fuzz;

import org.jspecify.annotations.NullMarked;
