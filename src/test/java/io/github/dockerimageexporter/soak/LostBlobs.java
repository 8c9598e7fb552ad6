package io.github.dockerimageexporter.soak;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.engine.DockerEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;

/// The blobs of images that containerd has lost, each proven by what containerd says.
///
/// A `system prune` beside a classic build may take the blob of a layer that the image to come is
/// made of: nothing refers to it for a moment. From then on whatever needs it is refused with
/// "content digest sha256:…: not found".
///
/// A blob is lost if containerd
///
/// | is asked for | answers                                       |
/// |--------------|-----------------------------------------------|
/// | the images   | one whose target the report names             |
/// | that target  | a manifest with the blob, or an index of it   |
/// | the blob     | not found                                     |
final class LostBlobs implements TrueDamage {
  /// How long a containerd that was killed may take until it answers again.
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final Pattern MISSING =
      Pattern.compile(
          "problem=blob_missing .*image=(?<image>sha256:[0-9a-f]{64}) "
              + "path=\\S+/blobs/sha256/(?<blob>[0-9a-f]{64}) ");
  private static final JsonMapper JSON = new JsonMapper();

  private final DockerEngine engine;
  private final Set<String> proven = new ConcurrentSkipListSet<>();

  LostBlobs(DockerEngine engine) {
    this.engine = engine;
  }

  @Override
  public Kind kind() {
    return Kind.BLOB_MISSING;
  }

  /// One that has gone with its image counts on; what is missed beside it has a line of its own.
  @Override
  public long now() {
    return proven.size();
  }

  @Override
  public boolean explain(String line) throws InterruptedException {
    Matcher matcher = MISSING.matcher(line);
    if (!matcher.find()) {
      return false;
    }
    String blob = "sha256:" + matcher.group("blob");
    try {
      await("answer of containerd")
          .atMost(LIMIT)
          .ignoreExceptions()
          .until(() -> isAnswered(matcher.group("image"), blob));
    } catch (ConditionTimeoutException unproven) {
      // Nothing is proven then, and the report counts as false.
    }
    return proven.contains(blob);
  }

  @Override
  public String tally() {
    return "blobs it lost: " + proven.size();
  }

  /// Whether containerd has answered, be it that nothing is lost.
  private boolean isAnswered(String image, String blob) throws IOException, InterruptedException {
    if (engine.ctr("-n", "moby", "images", "ls").contains(image)
        && needs(image, blob)
        && content(blob).isEmpty()) {
      proven.add(blob);
    }
    return true;
  }

  private boolean needs(String target, String blob) throws IOException, InterruptedException {
    Optional<String> content = content(target);
    if (content.isEmpty()) {
      return false;
    }
    JsonNode manifest = JSON.readTree(content.get());
    for (JsonNode inner : manifest.path("manifests")) {
      if (needs(inner.path("digest").asText(), blob)) {
        return true;
      }
    }
    return content.get().contains(blob);
  }

  private Optional<String> content(String digest) throws IOException, InterruptedException {
    try {
      return Optional.of(engine.ctr("-n", "moby", "content", "get", digest));
    } catch (IOException refusal) {
      if (String.valueOf(refusal.getMessage())
          .contains("content digest " + digest + ": not found")) {
        return Optional.empty();
      }
      throw refusal;
    }
  }
}
