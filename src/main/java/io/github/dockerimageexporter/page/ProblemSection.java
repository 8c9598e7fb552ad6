package io.github.dockerimageexporter.page;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.github.dockerimageexporter.check.Explanation;
import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.check.Problem;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.page.words.DisplayNames;
import io.github.dockerimageexporter.page.words.Numbers;
import io.github.dockerimageexporter.page.words.PlanCommand;
import io.github.dockerimageexporter.snapshot.Intermediates.Group;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// The problems, worst first, each kind with its advice and the first of its cases.
final class ProblemSection {
  /// Where each kind has a section by its label.
  static final String EXPLANATIONS =
      "https://github.com/docker-image-exporter/docker-image-exporter/blob/main/docs/problems.md";

  private static final int MOST_CASES = 25;
  private static final int MOST_CHAINS = 8;
  private static final int MOST_IMAGES = 8;
  private static final int MOST_PATHS = 20;

  /// A finding, and the store it is in.
  private record Case(StoreView view, Finding finding) {}

  private final Html html;
  private final List<StoreView> stores;
  private final PlanCommand plan;

  /// @param plan the command that prints the repair
  ProblemSection(Html html, List<StoreView> stores, PlanCommand plan) {
    this.html = html;
    this.stores = stores;
    this.plan = plan;
  }

  void write() {
    Map<Kind, List<Case>> byKind =
        stores.stream()
            .flatMap(view -> view.report().findings().stream().map(one -> new Case(view, one)))
            .collect(
                groupingBy(
                    one -> one.finding().problem().kind(),
                    () -> new EnumMap<>(Kind.class),
                    toList()));
    html.open("section", "id", "problems", "aria-labelledby", "problems-title");
    html.element("h2", "Problems", "id", "problems-title");
    if (byKind.isEmpty()) {
      html.element("p", "No problems found.", "class", "none");
    }
    byKind.forEach(this::writeKind);
    stores.forEach(this::writeUnreadable);
    html.close();
  }

  private void writeKind(Kind kind, List<Case> cases) {
    Impact impact = worst(cases);
    html.open("article", "class", "kind " + impact.label(), "id", kind.label());
    html.open("header");
    html.open("h3").text(DisplayNames.capital(DisplayNames.of(kind)));
    writeCount(cases.size());
    html.close();
    html.element("span", DisplayNames.of(impact), "class", "pill " + impact.label());
    html.element("p", DisplayNames.meaning(impact), "class", "meaning");
    html.close();
    writeAdvice(kind, cases);
    for (int i = 0; i < Math.min(cases.size(), MOST_CASES); i++) {
      writeCase(cases.get(i), i < MOST_CHAINS);
    }
    if (cases.size() > MOST_CASES) {
      writeNote(
          "%s more problems of this kind are not shown; the report lists all."
              .formatted(Numbers.format(cases.size() - MOST_CASES)));
    }
    html.close();
  }

  /// Stores of different kinds can have different advice.
  private void writeAdvice(Kind kind, List<Case> cases) {
    html.open("div", "class", "advice").open("p").element("strong", "What to do: ");
    cases.stream()
        .map(one -> one.view().report().firstAid(kind))
        .distinct()
        .forEach(firstAid -> html.text(firstAid).text(". "));
    html.element(
        "a",
        "More about " + DisplayNames.of(kind),
        "href",
        EXPLANATIONS + "#" + kind.label(),
        "rel",
        "noreferrer");
    html.close().open("dl");
    List<Problem> problems = cases.stream().map(one -> one.finding().problem()).toList();
    html.element("dt", "Repair").open("dd").element("code", plan.text(problems)).close();
    html.element("dt", "Explain").open("dd").element("code", Explanation.reading(kind)).close();
    html.close().close();
  }

  private static Impact worst(List<Case> cases) {
    return cases.stream()
        .map(one -> one.finding().problem().impact())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  private void writeCount(long count) {
    if (count > 1) {
      html.element("span", "× " + Numbers.format(count), "class", "count");
    }
  }

  private void writeCase(Case one, boolean drawn) {
    Problem problem = one.finding().problem();
    html.open("div", "class", "case");
    html.element("p", Explanation.message(problem), "class", "message");
    html.open("dl");
    html.element("dt", "Where").open("dd").element("code", problem.path()).close();
    if (stores.size() > 1) {
      html.element("dt", "Store").element("dd", one.view().driver());
    }
    writeImages(one.view(), one.finding().affectedImages());
    html.close();
    if (drawn && problem.impact().isHarmful()) {
      ProblemChain.of(one.view(), problem, one.finding().affectedImages())
          .ifPresent(
              chain ->
                  new ChainFigure(html, one.view())
                      .write(
                          chain,
                          one.finding().affectedImages().size(),
                          problem
                              .image()
                              .map(_ -> problem.kind())
                              .filter(_ -> problem.layers().isEmpty())));
    }
    html.close();
  }

  private void writeImages(StoreView view, List<ImageId> images) {
    if (images.isEmpty()) {
      return;
    }
    html.element("dt", "Affects").open("dd").open("ul", "class", "names");
    List<Group> groups = view.inventory().intermediates().behindTheirImages(images);
    for (Group group : groups.subList(0, Math.min(groups.size(), MOST_IMAGES))) {
      String name = group.describe(view.nameOf(group.image()));
      html.open("li").element("a", name, "href", "#" + view.anchor(group.image())).close();
    }
    if (groups.size() > MOST_IMAGES) {
      html.element("li", "and %s more".formatted(Numbers.format(groups.size() - MOST_IMAGES)));
    }
    html.close().close();
  }

  private void writeUnreadable(StoreView view) {
    Map<String, String> reasons = view.store().unreadable().reasons();
    long unmeasured = view.unmeasuredPaths();
    if (reasons.isEmpty() && unmeasured == 0) {
      return;
    }
    html.open("article", "class", "kind unreadable").open("header");
    html.open("h3").text("Not readable");
    writeCount(view.inventory().unreadablePaths());
    html.close();
    html.element("span", "unknown", "class", "pill unknown");
    html.element(
        "p",
        "Anything that cannot be read is counted here, and never reported as missing or broken.",
        "class",
        "meaning");
    html.close();
    writePaths(reasons);
    if (unmeasured > 0) {
      writeNote(
          "%s in the store's directories could not be measured; see the log."
              .formatted(Numbers.count(unmeasured, "path")));
    }
    html.close();
  }

  private void writePaths(Map<String, String> reasons) {
    html.open("dl", "class", "paths");
    reasons.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .limit(MOST_PATHS)
        .forEach(
            path ->
                html.open("dt")
                    .element("code", path.getKey())
                    .close()
                    .element("dd", path.getValue()));
    html.close();
    if (reasons.size() > MOST_PATHS) {
      writeNote("%s more are not shown.".formatted(Numbers.format(reasons.size() - MOST_PATHS)));
    }
  }

  /// A line on what is not shown.
  private void writeNote(String text) {
    html.element("p", text, "class", "left-out");
  }
}
