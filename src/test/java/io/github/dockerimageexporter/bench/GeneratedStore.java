package io.github.dockerimageexporter.bench;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.RootFs;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/// A large, healthy overlay2 store for benchmarks: tens of thousands of layers in seconds.
///
/// Each layer's content is one sparse file of the recorded size. Unlike `SampleStore`'s, its files
/// are written in place: nobody reads beside it.
public record GeneratedStore(Path dataRoot, GeneratedImages images) implements BenchmarkedStore {
  private static final GraphDriverLayout LAYOUT = new GraphDriverLayout("", "overlay2");
  private static final String FILE = "data";
  private static final int TAR_BLOCK = 512;

  /// @param images how many there are; a multiple of 10
  public GeneratedStore(Path dataRoot, int images) {
    this(dataRoot, new GeneratedImages(images));
  }

  @Override
  public int layers() {
    return images.layers();
  }

  public void write() throws IOException {
    for (String directory :
        List.of(
            LAYOUT.layers(),
            LAYOUT.mounts(),
            LAYOUT.imageConfigs(),
            LAYOUT.imageMetadata(),
            LAYOUT.containers(),
            "buildkit",
            LAYOUT.driverHome() + "/l")) {
      Files.createDirectories(dataRoot.resolve(directory));
    }
    IntStream.range(0, images.count() / GeneratedImages.ON_A_BASE)
        .parallel()
        .forEach(this::writeFamily);
    writeReferences();
  }

  /// The layer first, then its image.
  @Override
  public void add(int number) throws IOException {
    RootFs rootFs = GeneratedImages.later(number);
    writeLayer(rootFs, 0);
    writeConfig(rootFs);
  }

  private void writeConfig(RootFs rootFs) throws IOException {
    String config = GeneratedImages.config(rootFs);
    Files.writeString(dataRoot.resolve(LAYOUT.imageConfig(imageId(config))), config);
  }

  /// Writes a base and the images that stand on it.
  private void writeFamily(int base) {
    try {
      for (int i = 0; i < GeneratedImages.ON_A_BASE; i++) {
        RootFs rootFs = GeneratedImages.rootFs(base * GeneratedImages.ON_A_BASE + i);
        for (int height = i == 0 ? 0 : GeneratedImages.BASE_LAYERS;
            height < rootFs.diffIds().size();
            height++) {
          writeLayer(rootFs, height);
        }
        writeConfig(rootFs);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeLayer(RootFs rootFs, int height) throws IOException {
    ChainId chainId = rootFs.chainIds().get(height);
    long sizeBytes = 1_000_000L + chainId.hashCode() % 100_000;
    Path layer = Files.createDirectory(dataRoot.resolve(LAYOUT.layer(chainId)));
    Files.write(layer.resolve("tar-split.json.gz"), tarSplit(sizeBytes));
    Files.writeString(layer.resolve("diff"), rootFs.diffIds().get(height).toString());
    Files.writeString(layer.resolve("size"), Long.toString(sizeBytes));
    Files.writeString(layer.resolve("cache-id"), cacheId(chainId));
    if (height > 0) {
      Files.writeString(layer.resolve("parent"), rootFs.chainIds().get(height - 1).toString());
    }
    writeDirectory(rootFs.chainIds().subList(0, height + 1), sizeBytes);
  }

  /// Writes the driver's directory for the topmost layer of `chain`.
  private void writeDirectory(List<ChainId> chain, long sizeBytes) throws IOException {
    Path home = dataRoot.resolve(LAYOUT.driverHome());
    String cacheId = cacheId(chain.getLast());
    Path content = Files.createDirectories(home.resolve(cacheId, "diff"));
    Files.writeString(content.resolveSibling("link"), link(chain.getLast()));
    Files.createSymbolicLink(
        home.resolve("l", link(chain.getLast())), Path.of("..", cacheId, "diff"));
    if (chain.size() > 1) {
      Files.writeString(content.resolveSibling("lower"), lower(chain));
    }
    Path data = content.resolve(FILE);
    try (var file = new RandomAccessFile(data.toFile(), "rw")) {
      file.setLength(sizeBytes);
    }
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private static String lower(List<ChainId> chain) {
    return chain.subList(0, chain.size() - 1).reversed().stream()
        .map(below -> "l/" + link(below))
        .collect(Collectors.joining(":"));
  }

  private void writeReferences() throws IOException {
    Map<String, String> repositories = new TreeMap<>();
    for (int i = 0; i < images.count(); i++) {
      repositories.put(
          "app-" + i,
          "{\"app-%d:1\":\"%s\"}"
              .formatted(i, imageId(GeneratedImages.config(GeneratedImages.rootFs(i)))));
    }
    String json =
        repositories.entrySet().stream()
            .map(repository -> "\"%s\":%s".formatted(repository.getKey(), repository.getValue()))
            .collect(Collectors.joining(",", "{\"Repositories\":{", "}}"));
    Files.writeString(dataRoot.resolve(LAYOUT.references()), json);
  }

  private static ImageId imageId(String config) {
    return new ImageId(Digest.of(config));
  }

  private static String cacheId(ChainId chainId) {
    return Digest.of("cache " + chainId).hex();
  }

  /// 26 letters, as the driver's short names have.
  private static String link(ChainId chainId) {
    return Digest.of("link " + chainId)
        .hex()
        .substring(0, 26)
        .chars()
        .map(digit -> 'A' + Character.digit(digit, 16))
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  /// The record of a tar of one file.
  private static byte[] tarSplit(long sizeBytes) {
    String record =
        """
        {"type":2,"payload":"%s","position":0}
        {"type":1,"name":"%s","size":%d,"payload":"AAAAAAAAAAA=","position":1}
        {"type":2,"payload":"%s","position":2}
        """
            .formatted(
                base64(tarHeader(sizeBytes)),
                FILE,
                sizeBytes,
                base64(new byte[(int) (-sizeBytes & (TAR_BLOCK - 1)) + 2 * TAR_BLOCK]));
    var compressed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(compressed)) {
      gzip.write(record.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return compressed.toByteArray();
  }

  /// Of a file that belongs to root, and that root alone may write.
  private static byte[] tarHeader(long sizeBytes) {
    var header = ByteBuffer.allocate(TAR_BLOCK);
    header.put(0, ascii(FILE)).put(100, ascii("0000644")).put(108, ascii("0000000"));
    header.put(116, ascii("0000000")).put(124, ascii("%011o".formatted(sizeBytes)));
    header.put(136, ascii("00000000000")).put(148, ascii("        0"));
    header.put(257, ascii("ustar\00000"));
    int sum = 0;
    for (byte each : header.array()) {
      sum += each;
    }
    return header.put(148, ascii("%06o\0 ".formatted(sum))).array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
