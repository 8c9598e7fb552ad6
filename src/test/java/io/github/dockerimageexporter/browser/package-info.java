/// A real browser, and what it makes of the status page.
@NullMarked
package io.github.dockerimageexporter.browser;

import org.jspecify.annotations.NullMarked;
