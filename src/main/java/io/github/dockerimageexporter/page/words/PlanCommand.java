package io.github.dockerimageexporter.page.words;

import io.github.dockerimageexporter.check.ContainerdProblem.BlobDigestMismatch;
import io.github.dockerimageexporter.check.ContentProblem;
import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.snapshot.LayerVerdict.Depth;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The command that prints the repair of problems, for a person to copy.
///
/// @param flags that make it scan the same stores, where it would take others by itself
public record PlanCommand(List<String> flags) {
  private static final Path DEFAULT_ROOT = Path.of("/var/lib/docker");
  private static final List<String> DEFAULT_NAMESPACES = List.of("moby");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._+,-]+");

  public static PlanCommand of(
      Path dataRoot, Optional<Path> containerdRoot, List<String> namespaces) {
    var flags = new ArrayList<String>();
    if (!dataRoot.equals(DEFAULT_ROOT)) {
      flags.add("--docker.root=" + word(dataRoot.toString()));
    }
    containerdRoot.ifPresent(root -> flags.add("--containerd.root=" + word(root.toString())));
    if (!namespaces.equals(DEFAULT_NAMESPACES)) {
      flags.add("--containerd.namespaces=" + word(String.join(",", namespaces)));
    }
    return new PlanCommand(List.copyOf(flags));
  }

  /// With a scrub as close as is needed to find all of `problems`.
  public String text(Collection<Problem> problems) {
    var text = new StringBuilder(Explanation.PLAN);
    problems.stream()
        .flatMap(problem -> depth(problem).stream())
        .max(Comparator.naturalOrder())
        .map(Depth::label)
        .ifPresent(depth -> text.append(" --scrub=").append(depth));
    flags.forEach(flag -> text.append(' ').append(flag));
    return text.toString();
  }

  /// Empty if every scan finds it.
  private static Optional<Depth> depth(Problem problem) {
    return switch (problem) {
      case ContentProblem content -> Optional.of(content.depth());
      case BlobDigestMismatch blob -> blob.depth();
      default -> Optional.empty();
    };
  }

  private static String word(String value) {
    return PLAIN.matcher(value).matches() ? value : Quote.sentence(Quote.shellWord(value));
  }
}
