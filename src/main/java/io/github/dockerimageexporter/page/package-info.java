/// The status page: what is known of a data root, in HTML for a person.
///
/// Start at [io.github.dockerimageexporter.page.StatusPage].
@NullMarked
package io.github.dockerimageexporter.page;

import org.jspecify.annotations.NullMarked;
