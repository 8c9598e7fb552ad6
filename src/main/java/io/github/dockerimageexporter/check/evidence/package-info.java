/// What is known of the layers' content, followed from scan to scan for the checks.
@NullMarked
package io.github.dockerimageexporter.check.evidence;

import org.jspecify.annotations.NullMarked;
