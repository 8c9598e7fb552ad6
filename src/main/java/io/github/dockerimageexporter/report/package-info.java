/// The report of an observation as a JSON document, for `/api/v1/report` and `check`.
@NullMarked
package io.github.dockerimageexporter.report;

import org.jspecify.annotations.NullMarked;
