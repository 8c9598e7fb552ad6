/// When to scan: changes below the data root as inotify tells of them, gathered to one signal.
@NullMarked
package io.github.dockerimageexporter.refresh.watch;

import org.jspecify.annotations.NullMarked;
