/// What is shipped beside the program: rules, alerts, units and manifests below `deploy/`, held
/// against the tools that read them and against what the exporter exports.
@NullMarked
package io.github.dockerimageexporter.deploy;

import org.jspecify.annotations.NullMarked;
