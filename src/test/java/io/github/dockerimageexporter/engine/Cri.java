package io.github.dockerimageexporter.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.engine.machine.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a kubelet asks of a separate containerd: its Container Runtime Interface, by gRPC.
///
/// Source: `cri-api`, `pkg/apis/runtime/v1/api.proto`.
public final class Cri {
  private static final String IMAGES = "runtime.v1.ImageService/";
  private static final String RUNTIME = "runtime.v1.RuntimeService/";

  /// The namespaces of the node: a pod in them needs no plugin that sets up a network.
  private static final int OF_THE_NODE = 2;

  private final DockerEngine engine;

  public Cri(DockerEngine engine) {
    Requirement.assumeMet(Requirement.CURL);
    this.engine = engine;
  }

  /// The settings of containerd 2 as on Amazon's nodes: blobs of layers that are unpacked are not
  /// kept, and snapshots are labelled for those that fetch layers lazily.
  ///
  /// @param pause the image that holds the namespaces of a pod
  public static String containerdSettings(String pause) {
    // Nobody here may tell the kernel to spare a process.
    return """
    [plugins."io.containerd.cri.v1.images"]
    discard_unpacked_layers = true
    disable_snapshot_annotations = false
    [plugins."io.containerd.cri.v1.images".pinned_images]
    sandbox = "%s"
    [plugins."io.containerd.cri.v1.runtime"]
    restrict_oom_score_adj = true
    """
        .formatted(pause);
  }

  /// Pulls an image and returns its ID, which is the digest of its configuration.
  public String pull(String image) throws IOException, InterruptedException {
    return called(IMAGES + "PullImage", new Message().with(1, image(image)));
  }

  /// Removes an image, with all its names.
  public void removeImage(String image) throws IOException, InterruptedException {
    call(IMAGES + "RemoveImage", new Message().with(1, image(image)));
  }

  /// Starts a pod with one container of an image and returns the pod's ID.
  public String run(String name, String image) throws IOException, InterruptedException {
    var pod =
        new Message()
            .with(1, new Message().with(1, name).with(2, name).with(3, "default"))
            .with(3, engine.directory().resolve("pods").toString())
            .with(8, new Message().with(2, new Message().with(1, namespaces())));
    String podId = called(RUNTIME + "RunPodSandbox", new Message().with(1, pod));
    var container =
        new Message()
            .with(1, new Message().with(1, name))
            .with(2, image(image))
            .with(11, name + ".log");
    String containerId =
        called(
            RUNTIME + "CreateContainer",
            new Message().with(1, podId).with(2, container).with(3, pod));
    call(RUNTIME + "StartContainer", new Message().with(1, containerId));
    return podId;
  }

  /// Stops and removes a pod, with its containers.
  public void remove(String podId) throws IOException, InterruptedException {
    call(RUNTIME + "StopPodSandbox", new Message().with(1, podId));
    call(RUNTIME + "RemovePodSandbox", new Message().with(1, podId));
  }

  private static Message image(String name) {
    return new Message().with(1, name);
  }

  private static Message namespaces() {
    return new Message().with(1, OF_THE_NODE).with(2, OF_THE_NODE).with(3, OF_THE_NODE);
  }

  /// The first field of the answer, a short text.
  private String called(String method, Message request) throws IOException, InterruptedException {
    ByteBuffer answer = call(method, request);
    answer.get();
    var text = new byte[answer.get()];
    answer.get(text);
    return new String(text, UTF_8);
  }

  /// The message that answers another. Before each stands a byte for its compression, and its
  /// length in four.
  private ByteBuffer call(String method, Message request) throws IOException, InterruptedException {
    byte[] message = request.out.toByteArray();
    Path asked = engine.directory().resolve("cri.request");
    Path answered = engine.directory().resolve("cri.answer");
    Files.write(
        asked,
        ByteBuffer.allocate(5 + message.length).putInt(1, message.length).put(5, message).array());
    String headers =
        Program.of(
                Requirement.CURL.file().toString(),
                "--silent",
                "--show-error",
                "--http2-prior-knowledge",
                "--unix-socket",
                engine.containerdSocket().toString(),
                "--header",
                "Content-Type: application/grpc",
                "--header",
                "TE: trailers",
                "--data-binary",
                "@" + asked,
                "--output",
                answered.toString(),
                "--dump-header",
                "-",
                "http://localhost/" + method)
            .run();
    if (!headers.contains("grpc-status: 0")) {
      throw new IOException(method + ": failed:\n" + headers);
    }
    return ByteBuffer.wrap(Files.readAllBytes(answered)).position(5);
  }

  /// A message of protocol buffers.
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message with(int field, String text) {
      return with(field, text.getBytes(UTF_8));
    }

    Message with(int field, Message part) {
      return with(field, part.out.toByteArray());
    }

    Message with(int field, int number) {
      write(field << 3);
      write(number);
      return this;
    }

    private Message with(int field, byte[] bytes) {
      write((field << 3) | 2);
      write(bytes.length);
      out.writeBytes(bytes);
      return this;
    }

    private void write(int number) {
      int rest = number;
      for (; rest > 127; rest >>>= 7) {
        out.write((rest & 127) | 128);
      }
      out.write(rest);
    }
  }
}
