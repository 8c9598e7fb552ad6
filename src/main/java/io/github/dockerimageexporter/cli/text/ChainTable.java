package io.github.dockerimageexporter.cli.text;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.cli.text.PlatformChain.AbsentBlob;
import io.github.dockerimageexporter.cli.text.PlatformChain.Link;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.observation.Consistency;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An image's chains for a person at a terminal, one of each platform; what is not known is `-`,
/// and a chain that is not known `unknown`. What a store of this kind does not have has no line.
public final class ChainTable {
  private static final int MAX_WIDTH = 160;
  private static final Pattern HEX = Pattern.compile("(?:sha256:)?([0-9a-f]{12})[0-9a-f]{52}");
  private static final String[] HEADER = {
    "HEIGHT",
    "STATE",
    "RECORDED",
    "MEASURED",
    "HIDDEN",
    "DIFF ID",
    "CHAIN ID",
    "CACHE ID",
    "DIRECTORY"
  };

  private static final String SIZE = " (what Docker 29.6 and later reports)";
  private static final String CONTENT = " (compressed copy: blobs in the content store)";
  private static final String UNPACKED = " (unpacked copy: snapshots, ready to run)";
  private static final String UNIQUE = " (recorded bytes that only this image has)";
  private static final String FREEABLE =
      " (bytes on disk you get back by removing the image with all its names)";

  private static final String HIDDEN =
      " (bytes in lower layers that an upper one replaces or removes)";

  private final ImageChain chain;

  public ChainTable(ImageChain chain) {
    this.chain = chain;
  }

  /// Prints the chain.
  ///
  /// @param truncates whether to keep to 160 columns, with digests as short as Docker prints them
  public void print(PrintWriter out, boolean truncates) {
    out.printf("image:      %s%n", chain.id());
    out.printf("references: %s%n", references());
    out.printf("driver:     %s%n", chain.driver());
    if (chain.containerdNamespace() != null) {
      out.printf("namespace:  %s%n", Quote.line(chain.containerdNamespace()));
    }
    if (Boolean.FALSE.equals(chain.active())) {
      out.println("not in use: dockerd no longer uses this store");
    }
    out.printf("state:      %s%n", state());
    if (chain.contentSizeBytes() != null) {
      out.printf("size:       %s%s%n", orDash(chain.sizeBytes()), SIZE);
      out.printf("content:    %s%s%n", orDash(chain.contentSizeBytes()), CONTENT);
      out.printf("unpacked:   %s%s%n", orDash(chain.unpackedSizeBytes()), UNPACKED);
    }
    out.printf("unique:     %s%s%n", orDash(chain.uniqueSizeBytes()), UNIQUE);
    out.printf("freeable:   %s%s%n", orDash(chain.freeableBytes()), FREEABLE);
    if (chain.hiddenBytes() != null) {
      out.printf("hidden:     %s%s%n", chain.hiddenBytes(), HIDDEN);
    }
    chain.platforms().forEach(platform -> print(out, platform, truncates));
    List<Kind> named = kinds();
    if (!named.isEmpty()) {
      out.println();
    }
    named.forEach(kind -> out.printf("see: %s%n", Explanation.reading(kind)));
  }

  private void print(PrintWriter out, PlatformChain platform, boolean truncates) {
    if (platform.manifest() != null || chain.platforms().size() > 1) {
      out.printf("%nplatform:   %s%n", platform.platform());
    }
    if (platform.manifest() != null) {
      out.printf("manifest:   %s%n", platform.manifest());
      out.printf("blobs:      %s%n", platform.content());
      if (platform.consequence() != null) {
        out.printf("            %s%n", platform.consequence());
      }
      platform.absentBlobs().forEach(blob -> out.printf("            %s%n", absent(blob)));
      if (platform.fetch() != null) {
        out.printf("fetch with: %s%n", platform.fetch());
      }
    }
    if (!platform.layers().isEmpty()) {
      out.println();
      List<String[]> rows = new ArrayList<>();
      rows.add(HEADER);
      platform.layers().forEach(link -> rows.add(row(link, truncates)));
      TextColumns.print(out, rows, truncates ? MAX_WIDTH : Integer.MAX_VALUE);
    }
  }

  private static String absent(AbsentBlob blob) {
    return "layer %d: %s, %d bytes, %s"
        .formatted(
            blob.height(),
            blob.digest(),
            blob.sizeBytes(),
            blob.fetched() ? "lost" : "not fetched");
  }

  /// What tells most comes first: a line is wider than many a terminal.
  private String[] row(Link link, boolean truncates) {
    return Stream.of(
            link.height(),
            link.state(),
            link.sizeBytes(),
            measured(link),
            link.hiddenBytes(),
            link.diffId(),
            link.chainId(),
            link.cacheId(),
            link.directory())
        .map(ChainTable::orDash)
        .map(cell -> truncates ? shortened(cell) : cell)
        .toArray(String[]::new);
  }

  /// What the recorded size is to be compared with: where Docker keeps two copies of an image, it
  /// records what a layer takes on disk.
  private @Nullable Long measured(Link link) {
    return chain.contentSizeBytes() == null ? link.directorySizeBytes() : link.directoryDiskBytes();
  }

  /// A digest by its first 12 digits, and so a directory that is named by one.
  private static String shortened(String cell) {
    return HEX.matcher(cell).replaceAll(cell.contains("/") ? "$1…" : "$1");
  }

  private String references() {
    return chain.references().isEmpty()
        ? "-"
        : chain.references().stream().map(Quote::line).collect(joining(", "));
  }

  private String state() {
    if (!chain.problems().isEmpty()) {
      return String.join(", ", chain.problems());
    }
    return Consistency.ofNullable(chain.consistent()).word();
  }

  /// The kinds of problems that the states name.
  private List<Kind> kinds() {
    Set<String> states =
        Stream.concat(
                Stream.of(state()),
                chain.platforms().stream()
                    .flatMap(platform -> platform.layers().stream())
                    .map(Link::state))
            .flatMap(state -> Stream.of(state.split(", ", -1)))
            .collect(toSet());
    return Stream.of(Kind.values()).filter(kind -> states.contains(kind.label())).toList();
  }

  private static String orDash(@Nullable Object value) {
    return value == null ? "-" : value.toString();
  }
}
