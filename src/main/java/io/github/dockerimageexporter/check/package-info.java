/// What contradicts itself in a store, and what follows from that: pure, no I/O, no clock.
///
/// Begin with [Checker]; the checks are values ([Check]), those of every kind of store here and
/// those of one kind in a package below.
@NullMarked
package io.github.dockerimageexporter.check;

import org.jspecify.annotations.NullMarked;
