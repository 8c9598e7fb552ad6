package io.github.dockerimageexporter.soak;

import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The names whose images an engine has lost, each proven by what the engine says of it.
///
/// An `rmi` beside a `tag`, load, build or pull of the same image may leave a name without its
/// image: the one looks for other names before the other has given one. From then on the engine
/// answers "No such image" to the name that its own list holds, until the name is given again.
/// What the exporter says of such a name is true. An engine that keeps images in containerd has no
/// such list, and loses none.
///
/// A name is lost if, in this order:
///
/// | asked           | answers                        |
/// |-----------------|--------------------------------|
/// | the list        | the name, and an image ID      |
/// | the image store | no configuration of that ID    |
/// | the engine      | no such image as the name      |
/// | the list        | the same name and image ID     |
final class Losses implements TrueDamage, AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(100);

  /// How long after its end a loss may still be reported.
  private static final Duration AFTERMATH = Duration.ofSeconds(10);

  private static final Pattern DANGLING =
      Pattern.compile(
          "problem=reference_dangling .*detail=\"(?<names>.+): names (?<id>sha256:\\w+), which is"
              + " not in the image store");
  private static final JsonMapper JSON = new JsonMapper();

  private final DockerEngine engine;
  private final Images images;
  private final Routine routine = new Routine(INTERVAL, this::scan);

  /// When each was last seen.
  private final Map<Loss, Instant> proven = new TreeMap<>();

  /// @param id of the image that the list says the name is of
  record Loss(String name, String id) implements Comparable<Loss> {
    @Override
    public int compareTo(Loss other) {
      return toString().compareTo(other.toString());
    }
  }

  Losses(DockerEngine engine) throws IOException {
    this.engine = engine;
    this.images = new Images(engine);
  }

  void start() {
    routine.start();
  }

  @Override
  public Kind kind() {
    return Kind.REFERENCE_DANGLING;
  }

  /// How many images have lost names now, or had a moment ago.
  @Override
  public synchronized long now() {
    Instant recent = Instant.now().minus(AFTERMATH);
    return proven.entrySet().stream()
        .filter(loss -> loss.getValue().isAfter(recent))
        .map(loss -> loss.getKey().id())
        .distinct()
        .count();
  }

  @Override
  public synchronized String tally() {
    return "names it lost: " + proven.size();
  }

  @Override
  public synchronized boolean explain(String line) throws InterruptedException {
    Matcher matcher = DANGLING.matcher(line);
    if (!matcher.find()) {
      return false;
    }
    scan();
    Set<Loss> said =
        List.of(matcher.group("names").split(", ", -1)).stream()
            .map(name -> new Loss(name, matcher.group("id")))
            .collect(toSet());
    return proven.keySet().containsAll(said);
  }

  /// Gives the lost names to an image and takes them away from it, which is how to get rid of them.
  synchronized void mend() throws IOException, InterruptedException {
    scan();
    for (Loss loss : current()) {
      if (loss.name().contains("@")) {
        engine.docker("pull", "--quiet", loss.name());
      } else {
        images.classic(loss.name(), Images.EMPTY);
      }
      engine.docker("rmi", loss.name());
    }
    if (!current().isEmpty()) {
      throw new IOException("lost names given again, and still lost: " + current());
    }
  }

  @Override
  public void close() {
    routine.close();
  }

  private synchronized void scan() throws InterruptedException {
    try {
      for (Loss loss : current()) {
        if (proven.containsKey(loss) || (isUnknown(loss.name()) && current().contains(loss))) {
          proven.put(loss, Instant.now());
        }
      }
    } catch (IOException unproven) {
      // Nothing is proven then, and a report of it counts as false.
    }
  }

  /// What the files say: names of images without a configuration.
  private Set<Loss> current() throws IOException {
    Path store = engine.dataRoot().resolve("image/overlay2");
    Path names = store.resolve("repositories.json");
    var losses = new TreeSet<Loss>();
    if (!Files.exists(names)) {
      return losses;
    }
    JsonNode list = JSON.readTree(Files.readAllBytes(names));
    for (JsonNode repository : list.path("Repositories")) {
      for (Map.Entry<String, JsonNode> entry : repository.properties()) {
        var loss = new Loss(entry.getKey(), entry.getValue().asText());
        String hex = loss.id().substring("sha256:".length());
        if (!Files.exists(store.resolve("imagedb/content/sha256").resolve(hex))) {
          losses.add(loss);
        }
      }
    }
    return losses;
  }

  private boolean isUnknown(String name) throws InterruptedException {
    try {
      engine.docker("image", "inspect", name);
      return false;
    } catch (IOException refusal) {
      return String.valueOf(refusal.getMessage()).contains("No such image: " + name);
    }
  }
}
