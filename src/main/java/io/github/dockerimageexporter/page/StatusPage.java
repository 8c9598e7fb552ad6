package io.github.dockerimageexporter.page;

import static java.util.stream.Collectors.joining;

import io.github.dockerimageexporter.check.Impact;
import io.github.dockerimageexporter.observation.Inventory;
import io.github.dockerimageexporter.observation.Observation;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.observation.RefreshStatus;
import io.github.dockerimageexporter.page.words.Bytes;
import io.github.dockerimageexporter.page.words.Counts;
import io.github.dockerimageexporter.page.words.DisplayNames;
import io.github.dockerimageexporter.page.words.Numbers;
import io.github.dockerimageexporter.page.words.PlanCommand;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The page for whoever clicked the link in an alert: whether the images are intact, what is wrong
/// and what to do about it, and where the space went.
///
/// It is whole in itself: its style and its script stand in it, and its policy allows nothing else.
/// Tables are searched, sorted and cut into pages as a [PageQuery] asks. The script shows ages, and
/// asks for the row that a link leads to if it is on another page of its table.
///
/// | anchor            | leads to                       |
/// |-------------------|--------------------------------|
/// | `#sha256:<hex>`   | the image, or the layer        |
/// | `#<problem>`      | the problems of that kind      |
public final class StatusPage {
  private static final EmbeddedFile STYLE = EmbeddedFile.read("status.css");
  private static final EmbeddedFile SCRIPT = EmbeddedFile.read("status.js");

  /// What the page may load and do.
  public static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; style-src %s; script-src %s; img-src data:; base-uri 'none';"
              .formatted(STYLE.hash(), SCRIPT.hash())
          + " form-action 'self'; frame-ancestors 'none'";

  private static final String ICON =
      "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath"
          + " fill='%232563c9' d='M8 1l7 3.5L8 8 1 4.5zM1 8l7 3.5L15 8v2.500L8 14 1 10.500z'/%3E"
          + "%3C/svg%3E";

  private static final String DOCUMENTATION =
      "https://github.com/docker-image-exporter/docker-image-exporter/tree/main/docs";

  /// What runs, where its metrics are, and on which host.
  ///
  /// @param host nothing if it has no name
  /// @param plan the command that prints the repair of what is shown
  public record About(
      String version, String revision, String telemetryPath, String host, PlanCommand plan) {}

  private final About about;

  public StatusPage(About about) {
    this.about = about;
  }

  /// Writes the page of what is known.
  ///
  /// @param query which part of it
  /// @param out in memory; its exceptions are not expected
  public void write(
      Optional<Observation> seen, RefreshStatus status, PageQuery query, Appendable out) {
    List<StoreView> stores = views(seen);
    var html = new Html(out);
    html.raw("<!DOCTYPE html>\n").open("html", "lang", "en");
    writeHead(html, about.host(), HealthVerdict.of(seen, stores, status));
    html.open("body");
    var platforms = new PlatformTable(html, stores);
    var scrub = new ScrubSection(html, stores);
    writeTop(html, stores, platforms, scrub);
    html.open("main");
    new VerdictSection(html, about.host(), stores).write(seen, status);
    seen.ifPresent(new NoticeSection(html, stores)::write);
    if (!stores.isEmpty()) {
      writeTiles(html, stores, status);
      new ProblemSection(html, stores, about.plan()).write();
      new ImageTable(html, stores).write(query);
      platforms.write(query);
      new SpaceSection(html, stores).write();
      scrub.write();
      new LayerTable(html, stores).write(query);
    }
    html.close();
    writeFoot(html, seen, stores, status);
    html.open("script").raw(SCRIPT.text()).close();
    html.close().close().raw("\n");
  }

  private static List<StoreView> views(Optional<Observation> seen) {
    var views = new ArrayList<StoreView>();
    for (ObservedStore store : seen.map(Observation::stores).orElse(List.of())) {
      String prefix = views.isEmpty() ? "" : store.store().name().replace(' ', '-') + "/";
      views.add(new StoreView(store, prefix));
    }
    return views;
  }

  private static void writeHead(Html html, String host, HealthVerdict verdict) {
    html.open("head").empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.empty("meta", "name", "color-scheme", "content", "light dark");
    html.empty("meta", "name", "referrer", "content", "no-referrer");
    String place = host.isEmpty() ? "" : host + " · ";
    html.element("title", "%s · %sdocker-image-exporter".formatted(verdict.headline(), place));
    html.empty("link", "rel", "icon", "href", ICON);
    html.open("style").raw(STYLE.text()).close();
    html.close();
  }

  private void writeTop(
      Html html, List<StoreView> stores, PlatformTable platforms, ScrubSection scrub) {
    html.open("header", "class", "top");
    html.element("a", "docker-image-exporter", "class", "brand", "href", "./");
    html.open("nav", "aria-label", "Sections");
    if (!stores.isEmpty()) {
      link(html, "Problems", "#problems");
      link(html, "Images", "#images");
      if (!platforms.isEmpty()) {
        link(html, "Platforms", "#platforms");
      }
      link(html, "Space", "#space");
      if (!scrub.isEmpty()) {
        link(html, "Scrub", "#scrub");
      }
      link(html, "Layers", "#layers");
    }
    html.close();
    html.open("nav", "aria-label", "Endpoints", "class", "other");
    link(html, "Metrics", "." + about.telemetryPath());
    link(html, "Report", "./api/v1/report");
    link(html, "Health", "./-/healthy");
    link(html, "Readiness", "./-/ready");
    link(html, "Documentation", DOCUMENTATION);
    html.close().close();
  }

  private static void link(Html html, String text, String target) {
    html.element("a", text, "href", target);
  }

  private static void writeTiles(Html html, List<StoreView> stores, RefreshStatus status) {
    html.open("section", "class", "tiles", "aria-label", "Figures");
    List<Inventory> inventories = StoreView.inventories(stores);
    boolean allRead = inventories.stream().allMatch(it -> it.unreadablePaths() == 0);
    String sound = allRead ? "all intact" : "intact, as far as readable";
    long affected = StoreView.sum(stores, view -> view.inventory().damagedImages());
    tile(
        html,
        "Images",
        Counts.shownImages(inventories),
        affected == 0 ? sound : Numbers.format(affected) + " damaged");
    long damaged = StoreView.sum(stores, view -> view.consistency().inconsistentLayers().size());
    tile(
        html,
        "Layers",
        Inventory.sum(inventories, Inventory::layers),
        damaged == 0 ? sound : Numbers.format(damaged) + " damaged");
    long problems = StoreView.sum(stores, view -> view.report().findings().size());
    tile(html, "Problems", OptionalLong.of(problems), problems(stores));
    tile(html, "On disk", disk(inventories), pending(status));
    tile(
        html,
        "Watching",
        status.watchUp() ? "Live" : "Incomplete",
        status.watchUp() ? "most changes show in seconds" : "the rest by periodic scan");
    html.close();
  }

  /// @param note what to make of the count, unless there is nothing to count
  private static void tile(Html html, String title, OptionalLong count, String note) {
    if (count.isEmpty()) {
      tile(html, title, "?", "unknown");
      return;
    }
    long number = count.getAsLong();
    tile(html, title, Numbers.format(number), number == 0 ? "none" : note);
  }

  private static void tile(Html html, String title, String figure, String note) {
    html.open("div", "class", "tile").element("p", title, "class", "title");
    html.element("p", figure, "class", "figure").element("p", note, "class", "note").close();
  }

  /// `2 unusable, 1 waste`: those impacts that there are.
  private static String problems(List<StoreView> stores) {
    return Arrays.stream(Impact.values())
        .map(
            impact ->
                Map.entry(StoreView.sum(stores, view -> HealthVerdict.count(view, impact)), impact))
        .filter(found -> found.getKey() > 0)
        .map(found -> Numbers.format(found.getKey()) + " " + DisplayNames.of(found.getValue()))
        .collect(joining(", "));
  }

  private static String disk(List<Inventory> stores) {
    OptionalLong bytes = Inventory.sum(stores, Inventory::storeBytes);
    return bytes.isPresent() ? Bytes.format(bytes.getAsLong()) : "…";
  }

  private static String pending(RefreshStatus status) {
    return status.directoriesPending() == 0
        ? "all directories measured"
        : Numbers.count(status.directoriesPending(), "directory", "directories")
            + " still to measure";
  }

  private void writeFoot(
      Html html, Optional<Observation> seen, List<StoreView> stores, RefreshStatus status) {
    html.open("footer").open("dl");
    entry(html, "Version", about.version() + " (" + about.revision() + ")");
    seen.ifPresent(it -> entry(html, "Data root", it.dataRoot() + ", " + it.state().label()));
    html.open("div").element("dt", "Last successful scan").open("dd");
    status.lastSuccess().ifPresentOrElse(it -> time(html, it), () -> html.text("none yet"));
    status.lastDuration().ifPresent(it -> html.text(", took " + it.toMillis() + " ms"));
    html.close().close();
    entry(html, "Watch", status.watchUp() ? "up" : "incomplete");
    if (!stores.isEmpty()) {
      entry(html, "Sizes", pending(status));
    }
    html.close().close();
  }

  private static void entry(Html html, String term, String text) {
    html.open("div").element("dt", term).element("dd", text).close();
  }

  /// A time that the script adds an age to.
  static void time(Html html, Instant time) {
    html.element("time", text(time), "datetime", seconds(time));
  }

  static String text(Instant time) {
    return seconds(time).replace('T', ' ').replace("Z", " UTC");
  }

  private static String seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
