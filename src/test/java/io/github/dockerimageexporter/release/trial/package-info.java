/// What somebody does who has the documents and a host: install, be alerted, repair, upgrade,
/// remove.
@NullMarked
package io.github.dockerimageexporter.release.trial;

import org.jspecify.annotations.NullMarked;
