package io.github.dockerimageexporter.soak;

import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.EngineKind;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// What an engine has left once it has removed everything that it knows.
interface Remains {
  static Remains of(EngineKind kind, DockerEngine engine) {
    return kind.store().isContainerd()
        ? new ContainerdRemains(engine)
        : new GraphDriverRemains(engine.dataRoot());
  }

  /// Looks at what only the running engine can tell, before it is stopped.
  void ask() throws IOException, InterruptedException;

  /// Those of `claims`, kinds of waste by path, that the removal has disproven.
  List<String> disproven(Map<String, String> claims);

  /// What the exporter that `watch` watches says of the stopped engine, and is not so.
  List<String> contradictions(Watch watch) throws IOException, InterruptedException;
}
