package io.github.dockerimageexporter.engine;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// What tests have shown on the engines of this run, for the table of `docs/compatibility.md`.
///
/// Tests of several JVMs append to the file that the build names (`engine.notes`), a line for each
/// thing that was shown. Without a build nothing is noted.
public final class EngineNotes {
  private static final String FILE = System.getProperty("engine.notes", "");
  private static final Pattern RELEASE = Pattern.compile("[0-9]+\\.[0-9]+");
  private static final String VERSIONS =
      "{{range .Server.Components}}{{.Name}} {{.Version}}{{println}}{{end}}";

  /// What a column of the table counts.
  public enum Column {
    /// Which engine it is, in words: not a column, but the row.
    ENGINE(""),
    FIGURES("figures equal to the engine's own"),
    FAULTS("damaged records and directories found"),
    FILES("damaged files of layers found");

    private final String title;

    Column(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /// One line of the file.
  ///
  /// @param engine the [EngineKind]; once read, the engine in words
  /// @param what was shown, once however often it is noted
  /// @param count how many figures that are, or 1
  private record Note(String engine, Column column, String what, int count) {
    static Note parse(String line) {
      String[] fields = line.split("\t", -1);
      return new Note(fields[0], Column.valueOf(fields[1]), fields[2], Integer.parseInt(fields[3]));
    }

    Note of(Map<String, String> engines) {
      return new Note(engines.getOrDefault(engine, engine), column, what, count);
    }

    @Override
    public String toString() {
      return String.join("\t", engine, column.name(), what, Integer.toString(count));
    }
  }

  private EngineNotes() {}

  /// Notes that a test has shown `what` on an engine of a kind, by `count` figures.
  public static void shown(EngineKind kind, Column column, String what, int count)
      throws IOException {
    if (!FILE.isEmpty()) {
      Path file = Path.of(FILE);
      Files.createDirectories(file.resolveSibling(""));
      Files.writeString(
          file, new Note(kind.toString(), column, what, count) + "\n", CREATE, APPEND);
    }
  }

  /// Notes which engine it is that tests of a kind run.
  static void started(EngineKind kind, DockerEngine engine)
      throws IOException, InterruptedException {
    if (!FILE.isEmpty()) {
      shown(kind, Column.ENGINE, describe(kind, engine), 1);
    }
  }

  /// The counts that were noted until now, by the engine in words.
  static Map<String, Map<Column, Integer>> read() throws IOException {
    List<Note> notes =
        FILE.isEmpty() || Files.notExists(Path.of(FILE))
            ? List.of()
            : Files.readAllLines(Path.of(FILE)).stream().map(Note::parse).toList();
    var engines = new TreeMap<String, String>();
    notes.stream()
        .filter(note -> note.column() == Column.ENGINE)
        .forEach(note -> engines.put(note.engine(), note.what()));
    var counts = new TreeMap<String, Map<Column, Integer>>();
    notes.stream()
        .map(note -> note.of(engines))
        .distinct()
        .forEach(
            note ->
                counts
                    .computeIfAbsent(note.engine(), _ -> new EnumMap<>(Column.class))
                    .merge(note.column(), note.count(), Integer::sum));
    return counts;
  }

  private static String describe(EngineKind kind, DockerEngine engine)
      throws IOException, InterruptedException {
    String versions = engine.docker("version", "--format", VERSIONS);
    String driver = engine.docker("info", "--format", "{{.Driver}}");
    String store =
        switch (kind.store()) {
          case OVERLAY2, VFS, FUSE_OVERLAYFS, BTRFS -> "graph driver `%s`";
          case CONTAINERD, NATIVE -> "`%s` of containerd, started by dockerd";
          case SEPARATE_CONTAINERD -> "`%s` of a separate containerd";
        };
    String host = kind.host() == Host.PLAIN ? "" : ", " + kind.host();
    return "Docker %s | %s | %s%s"
        .formatted(
            release(versions, "Engine"),
            release(versions, "containerd"),
            store.formatted(driver),
            host);
  }

  /// The first two numbers of a component's version.
  private static String release(String versions, String component) {
    return versions
        .lines()
        .filter(line -> line.startsWith(component + " "))
        .flatMap(line -> RELEASE.matcher(line).results())
        .map(MatchResult::group)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no version of " + component + versions));
  }
}
