/// The metric families, and the text of a scrape.
///
/// Begin with [MetricFamilies] for what is exported, with [Exposition] for how.
@NullMarked
package io.github.dockerimageexporter.exporter.metrics;

import org.jspecify.annotations.NullMarked;
