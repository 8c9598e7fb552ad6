/// Tests of the web configuration, and the certificates they are made with.
@NullMarked
package io.github.dockerimageexporter.web;

import org.jspecify.annotations.NullMarked;
