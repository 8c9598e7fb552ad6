/// The dashboards that are shipped: how they are made, what they ask, and what a browser shows.
@NullMarked
package io.github.dockerimageexporter.deploy.dashboard;

import org.jspecify.annotations.NullMarked;
