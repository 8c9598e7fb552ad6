package io.github.dockerimageexporter.engine;

import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;

/// The containers of an engine. Their images must hold the shell of [Images#BASE].
public final class Containers {
  private final DockerEngine engine;

  public Containers(DockerEngine engine) {
    this.engine = engine;
  }

  /// Makes a container that was never started.
  public void create(String name, String image) throws IOException, InterruptedException {
    engine.docker("create", "--network=none", "--name", name, image, "/bin/sleep", "1000");
  }

  /// Starts a container that runs until it is stopped.
  public void run(String name, String image) throws IOException, InterruptedException {
    // A sleep that is process 1 ignores SIGTERM: it is killed after the stop timeout.
    engine.docker(
        "run",
        "--detach",
        "--network=none",
        "--stop-timeout=0",
        "--name",
        name,
        image,
        "/bin/sleep",
        "1000");
  }

  /// Runs a shell script in a container of its own, and returns what it prints.
  public String script(String image, String script) throws IOException, InterruptedException {
    return engine.docker("run", "--rm", "--network=none", image, "/bin/sh", "-c", script);
  }

  /// Runs a shell in a container of its own, and nothing in that: what a container prints, Docker
  /// may lose where the engine gets little of the processor, but not how it ends.
  ///
  /// @throws IOException if the image does not run
  public void tryOut(String image) throws IOException, InterruptedException {
    script(image, "exit 0");
  }

  /// Runs a shell script in a running container.
  public String exec(String name, String script) throws IOException, InterruptedException {
    return engine.docker("exec", name, "/bin/sh", "-c", script);
  }

  /// `created`, `running`, `exited`, as Docker says.
  public String state(String name) throws IOException, InterruptedException {
    return engine.docker("container", "inspect", "--format", "{{.State.Status}}", name);
  }

  public void stop(String name) throws IOException, InterruptedException {
    engine.docker("stop", "--time=0", name);
  }

  public void remove(String name) throws IOException, InterruptedException {
    engine.docker("rm", "--force", name);
  }

  /// Makes an image of a container's file system.
  public ImageId commit(String name, String tag) throws IOException, InterruptedException {
    return ImageId.parse(engine.docker("commit", name, tag));
  }
}
