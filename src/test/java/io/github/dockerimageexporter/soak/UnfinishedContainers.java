package io.github.dockerimageexporter.soak;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.engine.DockerEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The containers that a kill has left without a configuration: dockerd writes it last, and never
/// finds again what has none, though the lease keeps its layers. What the exporter says of such a
/// container is true.
///
/// One that is being made looks the same, and has no directory from before dockerd started.
record UnfinishedContainers(DockerEngine engine) implements TrueDamage {
  private static final Pattern INVALID =
      Pattern.compile("problem=container_config_invalid .*path=containers/(?<id>[0-9a-f]{64})/");

  @Override
  public Kind kind() {
    return Kind.CONTAINER_CONFIG_INVALID;
  }

  @Override
  public long now() {
    return ids().size();
  }

  @Override
  public String tally() {
    return "containers it has unfinished: " + ids().size();
  }

  @Override
  public boolean explain(String line) {
    Matcher matcher = INVALID.matcher(line);
    return matcher.find() && ids().contains(matcher.group("id"));
  }

  /// When dockerd was started; now, if none runs that could be making one.
  private FileTime started() throws IOException {
    Path pid = engine.directory().resolve("docker.pid");
    return Files.exists(pid) ? Files.getLastModifiedTime(pid) : FileTime.from(Instant.now());
  }

  private Set<String> ids() {
    var ids = new HashSet<String>();
    try (var containers =
        Files.newDirectoryStream(engine.dataRoot().resolve("containers"), "?????*")) {
      FileTime started = started();
      for (Path container : containers) {
        if (!Files.exists(container.resolve("config.v2.json"))
            && Files.getLastModifiedTime(container).compareTo(started) < 0) {
          ids.add(container.getFileName().toString());
        }
      }
    } catch (IOException unproven) {
      // Nothing is proven then, and a report of it counts as false.
    }
    return ids;
  }
}
