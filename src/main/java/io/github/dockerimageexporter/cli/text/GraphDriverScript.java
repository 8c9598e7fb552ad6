package io.github.dockerimageexporter.cli.text;

import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.page.words.Bytes;
import io.github.dockerimageexporter.repair.plan.GraphDriverPlan;
import io.github.dockerimageexporter.repair.plan.GraphDriverStep;
import io.github.dockerimageexporter.repair.plan.ScannedState;
import io.github.dockerimageexporter.snapshot.graphdriver.GraphDriverLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The plan for a store of a graph driver as a shell script.
final class GraphDriverScript {
  /// Registries that Docker itself trusts without TLS.
  private static final Pattern LOOPBACK =
      Pattern.compile("(?:localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1])(?::[0-9]+)?/.*");

  private final PlanHead head;
  private final GraphDriverPlan plan;
  private final ShellScript script = new ShellScript();

  private GraphDriverScript(PlanHead head, GraphDriverPlan plan) {
    this.head = head;
    this.plan = plan;
  }

  /// @param seenAt when the scan was that the plan is made of
  /// @param flags those of `check` that made it find more than others
  static String of(Path dataRoot, Instant seenAt, List<String> flags, GraphDriverPlan plan) {
    var head = new PlanHead(dataRoot, plan.layout().driver(), seenAt, flags);
    var script = new GraphDriverScript(head, plan);
    script.write();
    return script.script.toString();
  }

  private void write() {
    if (head.isAll(plan, script)) {
      return;
    }
    introduce();
    if (!plan.hasSteps()) {
      return;
    }
    prepare();
    checkFileSystems();
    checkRegistries();
    section("First", plan.before());
    moveAside();
    section("Images", plan.online());
    finish();
  }

  private void introduce() {
    head.introduce(script);
    script.comment(
        "Nothing is deleted: what is moved aside can be moved back to the same path below the");
    script.comment(
        "data root while the daemon is stopped. It stays on its file system; where it goes is");
    script.comment("printed before anything is moved.");
    if (plan.neededBytes() > 0) {
      script.comment("");
      script.comment("Pulls need up to " + Bytes.format(plan.neededBytes()) + " on disk.");
    }
    PlanHead.warn(plan, script);
  }

  private void prepare() {
    GraphDriverLayout layout = plan.layout();
    String home = layout.driverHome();
    String name =
        "moved-aside-%s-%s"
            .formatted(head.time(), layout.graphDriver().replaceAll("[^a-z0-9]", "-"));
    script.heading("Functions");
    script.line("set -eu");
    script.variable("root", head.dataRoot().toString());
    script.variable("images", layout.imageHome());
    script.variable("containers", layout.containers());
    script.variable("driver", home);
    script.variable("directories", layout.driverDirectories());
    script.line(
        "daemon_root=$(cd -P -- \"$root/\"" + Quote.shellWord(layout.root()) + " && pwd -P)");
    script.variable("aside_name", name);
    script.block(functions());
  }

  private void checkFileSystems() {
    List<String> parts = PlanParts.of(plan);
    if (!parts.isEmpty()) {
      script.heading(
          "Check that what is moved aside stays on its file system, and say where it goes");
      script.call("choose_places", parts.toArray(String[]::new));
    }
  }

  private void checkRegistries() {
    List<String> references =
        plan.online().stream()
            .filter(GraphDriverStep.Pull.class::isInstance)
            .map(step -> ((GraphDriverStep.Pull) step).reference())
            .toList();
    if (!references.isEmpty()) {
      script.heading("Check that the registries still have what is pulled later");
      references.forEach(
          reference ->
              script.line(
                  "served "
                      + Quote.shellWord(reference)
                      + (LOOPBACK.matcher(reference).matches() ? " --insecure" : "")));
    }
  }

  private void moveAside() {
    if (!plan.restarts()) {
      plan.offline().forEach(this::step);
      script.heading("Start the daemon if it is not running");
      script.line("serves || start_daemon");
      return;
    }
    script.heading("Stop the daemon; containers stop, unless live-restore is on");
    script.line("stop_daemon");
    if (!plan.offline().isEmpty()) {
      section("Move aside and restore", plan.offline());
    }
    script.heading("Start the daemon");
    script.line("start_daemon");
  }

  private void section(String title, List<GraphDriverStep> steps) {
    if (!steps.isEmpty()) {
      script.heading(title);
      steps.forEach(this::step);
    }
  }

  private void finish() {
    script.heading("Check, then start containers");
    if (plan.movesAnything()) {
      script.comment("Once check reports no problems, remove what was moved aside:");
      script.comment(
          "rm -rf -- \"$aside_images\" \"$aside_containers\" \"$aside_driver\" \"$aside_tmp\"");
      plan.asideBytes().stream()
          .filter(bytes -> bytes > 0)
          .forEach(bytes -> script.comment("It takes up at least " + Bytes.format(bytes) + "."));
    }
    head.check(script, "--docker.root=\"$root\"");
  }

  private void step(GraphDriverStep step) {
    switch (step) {
      case GraphDriverStep.Note(var text) -> script.comment(text);
      case GraphDriverStep.MoveAside(var path, var optional, var seen) -> {
        seen.forEach(this::expect);
        script.call(optional ? "aside_if_there" : "aside", path);
      }
      case GraphDriverStep.MoveDirectoryAside(var id) -> script.call("aside_directory", id.value());
      case GraphDriverStep.Rename(var from, var to, var seen) -> {
        seen.forEach(this::expect);
        script.call("back", from, to);
      }
      case GraphDriverStep.Write(var path, var content, var seen) -> {
        seen.forEach(this::expect);
        script.call("write", path, content);
      }
      case GraphDriverStep.LinkShortName(var link, var id) -> script.call("link", link, id.value());
      case GraphDriverStep.WriteShortName(var id, var otherwise) ->
          script.call("relink", id.value(), otherwise);
      case GraphDriverStep.ExpectNoDisk(var path) -> script.call("no_disk", path);
      case GraphDriverStep.RestoreNames(var path) -> script.call("restore_names", path);
      case GraphDriverStep.Pull(var reference, var image) ->
          script.call(
              "pull",
              Stream.concat(Stream.of(reference), image.stream().map(Object::toString))
                  .toArray(String[]::new));
      case GraphDriverStep.DropName(var reference) -> script.call("drop", reference);
      case GraphDriverStep.PruneBuildCache _ -> script.call("prune_build_cache");
    }
  }

  private void expect(ScannedState seen) {
    switch (seen) {
      case ScannedState.Something(var path) -> script.call("something", path);
      case ScannedState.Nothing(var path) -> script.call("nothing", path);
      case ScannedState.EmptyDirectory(var path) -> script.call("empty", path);
      case ScannedState.Text(var path, var text) -> script.call("text", path, text);
      case ScannedState.Hash(var path, var digest) -> script.call("sha256", path, digest.hex());
    }
  }

  static String functions() {
    return PlanScript.functions("plan-graphdriver.sh");
  }
}
