/// The web configuration: over what, and by whom, the server may be asked.
///
/// Schema and behaviour are exporter-toolkit's. Nothing here is loaded without the flag. Begin with
/// [io.github.dockerimageexporter.web.WebAccess].
@NullMarked
package io.github.dockerimageexporter.web;

import org.jspecify.annotations.NullMarked;
