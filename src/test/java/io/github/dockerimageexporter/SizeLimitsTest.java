package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// Holds what one reader can keep in mind: so many files in a package, lines in a class and in a
/// function.
class SizeLimitsTest {
  private static final int MOST_FILES = 20;
  private static final int MOST_LINES_OF_A_CLASS = 300;
  private static final int MOST_LINES_OF_A_FUNCTION = 40;

  private static final Path MAIN = Path.of("src", "main", "java");

  @Test
  void noPackageHasMoreThanTwentyFiles() throws IOException {
    var files = new TreeMap<String, Integer>();
    for (Path file : sources()) {
      files.merge(String.valueOf(file.getParent()), 1, Integer::sum);
    }

    files.values().removeIf(count -> count <= MOST_FILES);

    assertThat(files).isEqualTo(Map.of());
  }

  @Test
  void noClassHasMoreThanThreeHundredLines() throws IOException {
    var tooLong = new TreeMap<String, Integer>();
    for (Path file : sources()) {
      int lines = Files.readAllLines(file).size();
      if (lines > MOST_LINES_OF_A_CLASS) {
        tooLong.put(file.toString(), lines);
      }
    }

    assertThat(tooLong).isEqualTo(Map.of());
  }

  @Test
  void noFunctionHasMoreThanFortyLines() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var found = new ArrayList<String>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      var task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, List.of(), null, files.getJavaFileObjectsFromPaths(sources()));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        new LongFunctions(unit, positions).scan(unit, found);
      }
    }

    assertThat(found).isEmpty();
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(MAIN)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    }
  }

  /// Collects the functions of one file that are too long, by their lines from the first of the
  /// declaration to the last.
  private static final class LongFunctions extends TreePathScanner<Void, List<String>> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;

    LongFunctions(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public Void visitMethod(MethodTree method, List<String> found) {
      LineMap lines = unit.getLineMap();
      long first = lines.getLineNumber(positions.getStartPosition(unit, method));
      long last = lines.getLineNumber(positions.getEndPosition(unit, method));
      if (last - first + 1 > MOST_LINES_OF_A_FUNCTION) {
        found.add(unit.getSourceFile().getName() + ":" + first + " " + method.getName());
      }
      return super.visitMethod(method, found);
    }
  }
}
