package io.github.dockerimageexporter.engine;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// What an engine itself says of its images, asked over its API. Nothing here is the exporter's
/// code: IDs are texts, and chain IDs are computed once more.
///
/// @param images all of them by ID, intermediates of builds included
/// @param listed the IDs of those that `docker images` prints
/// @param dangling the IDs of those that `docker images --filter dangling=true` prints
/// @param sharedBytes SHARED SIZE of the listed images, by the rule of this engine's release
/// @param layersSizeBytes SIZE of Images in `docker system df`
/// @param containers how many each image has that has any
public record EngineFigures(
    Map<String, ImageFigures> images,
    Set<String> listed,
    Set<String> dangling,
    Map<String, Long> sharedBytes,
    long layersSizeBytes,
    Map<String, Long> containers) {

  /// One image, as `docker image inspect` shows it.
  ///
  /// @param references tags and digests
  /// @param chainIds lowest first
  public record ImageFigures(
      String id,
      Set<String> references,
      List<String> chainIds,
      long sizeBytes,
      Instant created,
      String os,
      String architecture) {}

  public static EngineFigures of(DockerEngine engine) throws IOException {
    JsonNode use = engine.api("/system/df");
    var images = new TreeMap<String, ImageFigures>();
    for (String id : ids(engine.api("/images/json?all=1"))) {
      images.put(id, image(engine.api("/images/" + id + "/json")));
    }
    var shared = new TreeMap<String, Long>();
    use.get("Images")
        .forEach(one -> shared.put(one.get("Id").textValue(), one.get("SharedSize").longValue()));
    return new EngineFigures(
        images,
        ids(engine.api("/images/json")),
        ids(engine.api("/images/json?filters=%7B%22dangling%22%3A%5B%22true%22%5D%7D")),
        shared,
        use.get("LayersSize").longValue(),
        elements(engine.api("/containers/json?all=1"))
            .map(one -> one.get("ImageID").textValue())
            .collect(groupingBy(id -> id, TreeMap::new, counting())));
  }

  /// The images that contain the layer `chainId`.
  public Set<String> imagesOf(String chainId) {
    var found = new TreeSet<String>();
    images.values().stream()
        .filter(image -> image.chainIds().contains(chainId))
        .forEach(image -> found.add(image.id()));
    return found;
  }

  private static ImageFigures image(JsonNode inspected) {
    var references = new TreeSet<String>();
    Stream.of("RepoTags", "RepoDigests")
        .flatMap(field -> elements(inspected.get(field)))
        .forEach(reference -> references.add(reference.textValue()));
    return new ImageFigures(
        inspected.get("Id").textValue(),
        references,
        chainIds(elements(inspected.at("/RootFS/Layers")).map(JsonNode::textValue).toList()),
        inspected.get("Size").longValue(),
        Instant.parse(inspected.get("Created").textValue()),
        inspected.get("Os").textValue(),
        inspected.get("Architecture").textValue());
  }

  /// `chain(1) = diff(1)`, `chain(n) = sha256(chain(n-1) + " " + diff(n))`.
  private static List<String> chainIds(List<String> diffIds) {
    var chainIds = new ArrayList<String>();
    for (String diffId : diffIds) {
      chainIds.add(chainIds.isEmpty() ? diffId : sha256(chainIds.getLast() + " " + diffId));
    }
    return List.copyOf(chainIds);
  }

  private static String sha256(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }

  private static Set<String> ids(JsonNode list) {
    var ids = new TreeSet<String>();
    list.forEach(one -> ids.add(one.get("Id").textValue()));
    return ids;
  }

  private static Stream<JsonNode> elements(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
