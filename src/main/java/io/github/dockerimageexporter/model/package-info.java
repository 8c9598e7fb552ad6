/// Names, digests and records that stores of every kind have.
@NullMarked
package io.github.dockerimageexporter.model;

import org.jspecify.annotations.NullMarked;
