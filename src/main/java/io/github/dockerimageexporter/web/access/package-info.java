/// Who may ask: passwords, and how often they may be tried.
@NullMarked
package io.github.dockerimageexporter.web.access;

import org.jspecify.annotations.NullMarked;
