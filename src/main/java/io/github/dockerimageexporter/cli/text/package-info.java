/// What commands print for a person: tables, chains, plans, and pages of the manual.
@NullMarked
package io.github.dockerimageexporter.cli.text;

import org.jspecify.annotations.NullMarked;
