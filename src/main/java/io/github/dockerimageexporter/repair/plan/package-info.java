/// The language of plans: what may stand in a repair, for each kind of store.
@NullMarked
package io.github.dockerimageexporter.repair.plan;

import org.jspecify.annotations.NullMarked;
