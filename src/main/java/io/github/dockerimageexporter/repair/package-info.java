/// What repairs a store, as a plan of steps in order: pure, no I/O, no clock.
@NullMarked
package io.github.dockerimageexporter.repair;

import org.jspecify.annotations.NullMarked;
