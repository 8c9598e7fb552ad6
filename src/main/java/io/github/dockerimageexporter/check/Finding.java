package io.github.dockerimageexporter.check;

import io.github.dockerimageexporter.model.ImageId;
import java.util.List;

/// A problem and its consequences.
///
/// @param affectedImages the images it touches, sorted: its own, or all that contain its layers
public record Finding(Problem problem, List<ImageId> affectedImages) {}
