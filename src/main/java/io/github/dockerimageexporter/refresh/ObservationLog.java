package io.github.dockerimageexporter.refresh;

import static java.util.stream.Collectors.toCollection;

import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.snapshot.DataRootState;
import io.github.dockerimageexporter.snapshot.StoreUse;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/// Says in the log what changed from one observation to the next: each problem once when it comes
/// and once when it goes, each unreadable path, each path not read and each store left behind once,
/// each change of the data root's state, the first included unless it is that of a store. That all
/// stores are gone, or that there are some again, is such a change too: where images are in
/// containerd, the state stays what it is without containerd's root.
final class ObservationLog {
  private static final Logger LOG = LoggerFactory.getLogger(ObservationLog.class);
  private static final int MOST_LINES = 100;

  void changed(Optional<Observation> before, Observation after) {
    if (before.map(known -> isOtherState(known, after)).orElse(after.stores().isEmpty())) {
      logState(after);
    }
    Set<Problem> knownProblems = before.map(ObservationLog::problems).orElse(Set.of());
    Set<Problem> found = problems(after);
    tell("problems found", added(knownProblems, found), ObservationLog::logFound);
    tell("problems solved", added(found, knownProblems), ObservationLog::logSolved);
    Set<Map.Entry<String, String>> dark = before.map(ObservationLog::unreadable).orElse(Set.of());
    tell("unreadable paths", added(dark, unreadable(after)), ObservationLog::logUnreadable);
    tell(
        "paths not read",
        added(before.map(ObservationLog::notRead).orElse(Set.of()), notRead(after)),
        ObservationLog::logNotRead);
    tell(
        "stores left behind",
        added(before.map(ObservationLog::leftBehind).orElse(Set.of()), leftBehind(after)),
        ObservationLog::logLeftBehind);
  }

  private static boolean isOtherState(Observation before, Observation after) {
    return before.state() != after.state() || before.stores().isEmpty() != after.stores().isEmpty();
  }

  /// The first of `news` one by one, and of the rest the number: the loss of a whole store is not
  /// to flood the log.
  private static <T> void tell(String what, List<T> news, Consumer<T> line) {
    news.stream().limit(MOST_LINES).forEach(line);
    if (news.size() > MOST_LINES) {
      LOG.atWarn()
          .addKeyValue("count", news.size() - MOST_LINES)
          .log("more {}; the command check lists all", what);
    }
  }

  private static void logState(Observation seen) {
    LoggingEventBuilder line =
        LOG.atLevel(seen.stores().isEmpty() ? level(seen.state()) : Level.INFO)
            .addKeyValue("data_root", seen.dataRoot())
            .addKeyValue("state", seen.state().label());
    if (!seen.stores().isEmpty()) {
      line = line.addKeyValue("drivers", drivers(seen));
    }
    if (!seen.detail().isEmpty()) {
      line = line.addKeyValue("detail", seen.detail());
    }
    line.log("data root state changed");
  }

  private static Level level(DataRootState state) {
    return switch (state) {
      case GRAPHDRIVER -> Level.INFO;
      case CONTAINERD, EMPTY -> Level.WARN;
      case MISSING, UNREADABLE -> Level.ERROR;
    };
  }

  private static String drivers(Observation seen) {
    return seen.stores().stream()
        .map(store -> store.store().name())
        .collect(Collectors.joining(","));
  }

  private static void logFound(Problem problem) {
    pairs(LOG.atWarn(), problem)
        .addKeyValue("detail", Explanation.message(problem))
        .addKeyValue("see", Explanation.reading(problem.kind()))
        .log("problem found");
  }

  /// With what and where the problem is, as pairs of the line.
  private static LoggingEventBuilder pairs(LoggingEventBuilder line, Problem problem) {
    LoggingEventBuilder more =
        line.addKeyValue("problem", problem.kind().label())
            .addKeyValue("impact", problem.impact().label());
    if (problem.image().isPresent()) {
      more = more.addKeyValue("image", problem.image().get());
    }
    if (!problem.layers().isEmpty()) {
      more = more.addKeyValue("layer", problem.layers().getFirst());
    }
    return more.addKeyValue("path", problem.path());
  }

  private static void logSolved(Problem problem) {
    pairs(LOG.atInfo(), problem).log("problem solved");
  }

  private static void logUnreadable(Map.Entry<String, String> path) {
    LOG.atWarn()
        .addKeyValue("path", path.getKey())
        .addKeyValue("error", path.getValue())
        .log("cannot read");
  }

  private static void logNotRead(Map.Entry<String, String> path) {
    LOG.atInfo()
        .addKeyValue("path", path.getKey())
        .addKeyValue("reason", path.getValue())
        .log("not read");
  }

  private static void logLeftBehind(String driver) {
    LOG.atInfo()
        .addKeyValue("driver", driver)
        .log("dockerd no longer uses this store; it is still checked");
  }

  private static Set<Map.Entry<String, String>> notRead(Observation seen) {
    return seen.notRead().entrySet();
  }

  private static Set<String> leftBehind(Observation seen) {
    return seen.stores().stream()
        .map(ObservedStore::store)
        .filter(store -> store.use() == StoreUse.LEFT_BEHIND)
        .map(store -> store.name())
        .collect(toCollection(LinkedHashSet::new));
  }

  private static Set<Problem> problems(Observation seen) {
    return seen.stores().stream()
        .flatMap(store -> store.report().findings().stream())
        .map(Finding::problem)
        .collect(toCollection(LinkedHashSet::new));
  }

  private static Set<Map.Entry<String, String>> unreadable(Observation seen) {
    return seen.stores().stream()
        .flatMap(store -> store.store().unreadable().reasons().entrySet().stream())
        .collect(toCollection(LinkedHashSet::new));
  }

  private static <T> List<T> added(Set<T> before, Set<T> after) {
    return after.stream().filter(one -> !before.contains(one)).toList();
  }
}
