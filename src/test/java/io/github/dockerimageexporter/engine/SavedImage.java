package io.github.dockerimageexporter.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.model.ImageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an engine saves of an image, as GNU tar lists it. Nothing here is the exporter's code.
///
/// @param layers the entries of each layer's tar, lowest first
public record SavedImage(List<List<Entry>> layers) {

  /// An entry of a layer's tar.
  ///
  /// @param type as `ls` shows it; `h` for a hard link
  /// @param path without a slash at its end
  record Entry(char type, long sizeBytes, String path) {

    /// As tar prints it: `-rw-r--r-- 0/0 12 2026-01-01 00:00 ./etc/hosts`.
    static Entry of(String line) {
      String[] words = line.split(" +", 6);
      char type = line.charAt(0);
      String path = words[5];
      if (type == 'l') {
        path = path.substring(0, path.indexOf(" -> "));
      } else if (type == 'h') {
        path = path.substring(0, path.indexOf(" link to "));
      }
      path = path.startsWith("./") ? path.substring(2) : path;
      path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      return new Entry(type, type == '-' ? Long.parseLong(words[2]) : 0, path);
    }

    private String name() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    /// The path of its directory, with a slash at its end, unless that is the root.
    private String directory() {
      return path.substring(0, path.lastIndexOf('/') + 1);
    }

    /// Whether a file at `lower`, in a layer below, is not seen any more.
    boolean hides(String lower) {
      if (name().equals(".wh..wh..opq")) {
        return lower.startsWith(directory());
      }
      if (name().startsWith(".wh..wh.")) {
        return false;
      }
      if (name().startsWith(".wh.")) {
        return isIn(lower, directory() + name().substring(".wh.".length()));
      }
      boolean isWay = path.startsWith(lower + "/");
      return isWay || (type == 'd' ? lower.equals(path) : isIn(lower, path));
    }

    private static boolean isIn(String file, String path) {
      return file.equals(path) || file.startsWith(path + "/");
    }
  }

  /// What `engine` saves; empty if it does not have all of the image, or that has no layers.
  public static Optional<SavedImage> of(DockerEngine engine, ImageId image)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory(engine.directory(), "saved");
    Path archive = directory.resolve("image.tar");
    try {
      engine.docker("save", "--output", archive.toString(), image.toString());
    } catch (IOException incomplete) {
      return Optional.empty();
    }
    Program.of("tar", "-C", directory.toString(), "-xf", archive.toString()).run();
    JsonNode manifest =
        new ObjectMapper().readTree(directory.resolve("manifest.json").toFile()).get(0);
    var layers = new ArrayList<List<Entry>>();
    for (JsonNode layer : manifest.get("Layers")) {
      Path tar = directory.resolve(layer.textValue());
      if (!Files.exists(tar)) {
        return Optional.empty();
      }
      layers.add(list(tar));
    }
    return Optional.of(new SavedImage(layers));
  }

  private static List<Entry> list(Path tar) throws IOException, InterruptedException {
    return Program.of("tar", "--numeric-owner", "--quoting-style=escape", "-tvf", tar.toString())
        .run()
        .lines()
        .filter(line -> !line.isEmpty())
        .map(Entry::of)
        .toList();
  }

  /// The bytes of all files that an upper layer hides.
  public long hiddenBytes() {
    return hiddenByLayer().stream().mapToLong(Long::longValue).sum();
  }

  /// The same of each layer.
  public List<Long> hiddenByLayer() {
    var hidden = new ArrayList<Long>();
    for (int i = 0; i < layers.size(); i++) {
      List<Entry> above =
          layers.subList(i + 1, layers.size()).stream().flatMap(List::stream).toList();
      hidden.add(
          layers.get(i).stream()
              .filter(file -> above.stream().anyMatch(upper -> upper.hides(file.path())))
              .mapToLong(Entry::sizeBytes)
              .sum());
    }
    return hidden;
  }
}
