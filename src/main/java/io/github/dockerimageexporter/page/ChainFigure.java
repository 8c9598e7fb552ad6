package io.github.dockerimageexporter.page;

import static java.util.stream.Collectors.joining;

import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.page.ProblemChain.Link;
import io.github.dockerimageexporter.page.ProblemChain.State;
import io.github.dockerimageexporter.page.words.Bytes;
import io.github.dockerimageexporter.page.words.DisplayNames;
import io.github.dockerimageexporter.page.words.Numbers;
import io.github.dockerimageexporter.page.words.PlatformWords;
import java.util.List;
import java.util.Optional;

/// A chain, drawn as a stack: the image on top, the base layer at the bottom, the break marked.
///
/// Long runs of layers of one state are folded into one line, but for those beside another state.
final class ChainFigure {
  private static final int LONGEST_RUN = 3;

  /// As many as Docker stacks; a hostile store has more.
  private static final int MOST_BROKEN = 125;

  private final Html html;
  private final StoreView view;

  ChainFigure(Html html, StoreView view) {
    this.html = html;
    this.view = view;
  }

  /// @param affected how many images the problem touches
  /// @param own the kind of the problem, if it is in the image's own records, not in its layers'
  void write(ProblemChain chain, int affected, Optional<Kind> own) {
    html.open("figure", "class", "chain");
    html.element("figcaption", caption(chain, affected));
    html.open("ol");
    chain.image().ifPresent(image -> writeImage(image, own));
    writeLinks(chain.links());
    html.close().close();
  }

  private String caption(ProblemChain chain, int affected) {
    if (chain.image().isEmpty()) {
      return "Layer chain that no image uses";
    }
    String name =
        "Layer chain of "
            + view.nameOf(chain.image().get())
            + chain.platform().map(it -> " (" + PlatformWords.name(it) + ")").orElse("");
    return affected == 1
        ? name
        : "%s, one of %s affected images".formatted(name, Numbers.format(affected));
  }

  private void writeImage(ImageId image, Optional<Kind> own) {
    State state = own.isPresent() ? State.BROKEN : State.of(view.consistency().of(image));
    html.open("li", "class", styleOf(state));
    html.element("span", "", "class", "height");
    html.element("strong", view.nameOf(image), "class", "name");
    html.element("span", "image", "class", "size");
    html.element("span", own.map(DisplayNames::of).orElse(wordsForImage(state)), "class", "state");
    html.close();
  }

  private void writeLinks(List<Link> links) {
    int from = 0;
    while (from < links.size()) {
      int to = from + 1;
      while (to < links.size() && links.get(to).state() == links.get(from).state()) {
        to++;
      }
      writeRun(links.subList(from, to));
      from = to;
    }
  }

  private void writeRun(List<Link> run) {
    State state = run.getFirst().state();
    if (run.size() <= (state == State.BROKEN ? MOST_BROKEN : LONGEST_RUN)) {
      run.forEach(this::writeLink);
      return;
    }
    writeLink(run.getFirst());
    html.open("li", "class", styleOf(state) + " fold");
    html.element("span", "", "class", "height");
    html.element("span", run.size() - 2 + " more layers: " + wordsForSeveral(state));
    html.close();
    writeLink(run.getLast());
  }

  private void writeLink(Link link) {
    html.open("li", "class", styleOf(link.state()));
    html.element("span", Integer.toString(link.height()), "class", "height");
    html.element("code", StoreView.shortId(link.layer()), "title", link.layer().toString());
    html.element(
        "span",
        link.record().map(layer -> Bytes.format(layer.sizeBytes())).orElse(""),
        "class",
        "size");
    html.element("span", wordsFor(link), "class", "state");
    html.close();
  }

  private static String wordsForImage(State state) {
    return switch (state) {
      case INTACT -> "intact";
      case BROKEN, ON_BROKEN -> "damaged";
      case UNKNOWN -> "unknown";
    };
  }

  private static String wordsFor(Link link) {
    return switch (link.state()) {
      case INTACT -> "intact";
      case BROKEN ->
          link.problems().stream().distinct().map(DisplayNames::of).collect(joining(", "));
      case ON_BROKEN -> "depends on the broken layer";
      case UNKNOWN -> "unknown";
    };
  }

  private static String wordsForSeveral(State state) {
    return switch (state) {
      case INTACT -> "intact";
      case BROKEN -> "broken";
      case ON_BROKEN -> "depend on the broken layer";
      case UNKNOWN -> "unknown";
    };
  }

  private static String styleOf(State state) {
    return switch (state) {
      case INTACT -> "intact";
      case BROKEN -> "broken";
      case ON_BROKEN -> "on-broken";
      case UNKNOWN -> "unknown";
    };
  }
}
