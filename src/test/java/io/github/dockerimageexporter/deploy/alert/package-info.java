/// The alerts that are shipped: each fires when it should, tells whom it should, and says what to
/// do.
@NullMarked
package io.github.dockerimageexporter.deploy.alert;

import org.jspecify.annotations.NullMarked;
