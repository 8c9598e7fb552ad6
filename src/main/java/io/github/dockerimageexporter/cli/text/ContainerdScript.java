package io.github.dockerimageexporter.cli.text;

import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.page.words.Bytes;
import io.github.dockerimageexporter.repair.plan.ContainerdPlan;
import io.github.dockerimageexporter.repair.plan.ContainerdStep;
import io.github.dockerimageexporter.repair.plan.SafeNames;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// The plan for a store of containerd as a shell script.
final class ContainerdScript {
  private final PlanHead head;
  private final ContainerdPlan plan;
  private final ContainerdLayout layout;
  private final ShellScript script = new ShellScript();

  private ContainerdScript(PlanHead head, ContainerdPlan plan) {
    this.head = head;
    this.plan = plan;
    this.layout = plan.layout();
  }

  /// @param seenAt when the scan was that the plan is made of
  /// @param flags those of `check` that made it find more than others
  static String of(Path dataRoot, Instant seenAt, List<String> flags, ContainerdPlan plan) {
    ContainerdLayout layout = plan.layout();
    String store = "%s%s in %s".formatted(layout.root(), layout.snapshotter(), layout.namespace());
    var script = new ContainerdScript(new PlanHead(dataRoot, store, seenAt, flags), plan);
    script.write();
    return script.script.toString();
  }

  private void write() {
    if (head.isAll(plan, script)) {
      return;
    }
    if (!SafeNames.isPrintable(layout.home())
        || !SafeNames.isIdentifier(layout.namespace())
        || !SafeNames.isIdentifier(layout.snapshotter())) {
      script.comment(
          "no command: the names of this store cannot be used in one: "
              + Quote.line(layout.snapshotterHome() + " in " + layout.namespace()));
      return;
    }
    introduce();
    if (!plan.hasSteps()) {
      return;
    }
    if (plan.changesAnything()) {
      prepare();
      find();
      fetch();
    }
    repair();
    finish();
  }

  private void introduce() {
    head.introduce(script);
    if (plan.changesAnything()) {
      script.comment(
          "Nothing is deleted: damaged blobs are moved aside, below the root of containerd. What"
              + " is");
      script.comment(
          "lost is fetched by its digest, and checked, before anything in the store is changed.");
      script.comment("");
      script.comment("Variables that you can set for it (NAME=VALUE sh FILE):");
      script.comment(
          "- CONTAINERD_ADDRESS: the socket of containerd, if it is not one of the usual ones;");
      script.comment(
          "- INSECURE_REGISTRIES: registries to ask by HTTP, besides those on loopback and in"
              + " daemon.json;");
      script.comment(
          "- REGISTRY_LOGIN=USER:PASSWORD, if a registry needs one: ctr does not know of docker"
              + " login,");
      script.comment("  and other users see it in the list of processes while it fetches;");
      script.comment("- ARCHIVE: an archive of images (docker save) to take blobs from.");
    }
    if (plan.neededBytes() > 0) {
      script.comment("");
      script.comment("It needs up to " + Bytes.format(plan.neededBytes()) + " on disk.");
    }
    PlanHead.warn(plan, script);
  }

  private void prepare() {
    Path home = head.dataRoot().resolve(layout.home());
    script.heading("Functions");
    script.line("set -eu");
    script.variable("root", head.dataRoot().toString());
    script.variable("home", home.toString());
    script.variable("namespace", layout.namespace());
    script.variable("snapshotter", layout.snapshotter());
    if (layout.isDockers()) {
      script.line(
          "daemon_root=$(cd -P -- \"$root/\"" + Quote.shellWord(layout.root()) + " && pwd -P)");
    }
    script.variable(
        "aside",
        "%s/.docker-image-exporter-moved-aside-%s-%s"
            .formatted(home, head.time(), layout.namespace()));
    script.block(functions());
  }

  private void find() {
    if (plan.steps().stream().anyMatch(ContainerdScript::needsContainerd)) {
      script.heading("Find the containerd of this store");
      script.line("find_containerd");
    }
  }

  private static boolean needsContainerd(ContainerdStep step) {
    return switch (step) {
      case ContainerdStep.Ingest _,
          ContainerdStep.FetchImage _,
          ContainerdStep.KeepBlob _,
          ContainerdStep.KeepSnapshot _,
          ContainerdStep.EndLease _,
          ContainerdStep.RemoveName _ ->
          true;
      case ContainerdStep.Note _,
          ContainerdStep.Fetch _,
          ContainerdStep.Put _,
          ContainerdStep.Refill _,
          ContainerdStep.Renew _,
          ContainerdStep.MakeEmpty _,
          ContainerdStep.Unpack _ ->
          false;
    };
  }

  private void fetch() {
    script.heading("Get what is lost, before anything is changed");
    script.line("make_places");
    plan.fetches().forEach(this::step);
  }

  private void repair() {
    List<ContainerdStep> steps = plan.steps();
    script.heading("Repair");
    steps.forEach(this::step);
  }

  private void finish() {
    if (!plan.changesAnything()) {
      return;
    }
    script.heading("Check");
    script.comment("Once check reports no problems, remove what was moved aside, if anything was:");
    script.comment("rm -rf -- \"$aside\"");
    head.check(
        script,
        "--docker.root=\"$root\"",
        "--containerd.root=\"$home\"",
        "--containerd.namespaces=\"$namespace\"");
  }

  private void step(ContainerdStep step) {
    switch (step) {
      case ContainerdStep.Note(var text) -> script.comment(text);
      case ContainerdStep.Fetch(var blob, var repositories) ->
          call("fetch", Stream.concat(Stream.of(blob), repositories.stream()));
      case ContainerdStep.Put(var blob) -> script.call("put", blob.toString());
      case ContainerdStep.Ingest(var blob) -> script.call("ingest", blob.toString());
      case ContainerdStep.KeepBlob(var by, var blob) ->
          script.call("keep_blob", by.toString(), blob.toString());
      case ContainerdStep.KeepSnapshot(var by, var snapshot) ->
          script.call("keep_snapshot", by.toString(), snapshot);
      case ContainerdStep.FetchImage(var reference) -> script.call("fetch_image", reference);
      case ContainerdStep.Refill(long number, var blob, var diffId, var below) ->
          call("refill", Stream.concat(Stream.of(number, blob, diffId), below(below)));
      case ContainerdStep.Renew(long number, var blob, var diffId, var below) ->
          call("renew", Stream.concat(Stream.of(number, blob, diffId), below(below)));
      case ContainerdStep.MakeEmpty(long number, var below) ->
          call("make_empty", Stream.concat(Stream.of(number), below(below)));
      case ContainerdStep.EndLease(var id) -> script.call("end_lease", id);
      case ContainerdStep.RemoveName(var name) -> script.call("remove_name", name);
      case ContainerdStep.Unpack(var image) -> script.call("unpack", image.toString());
    }
  }

  private static Stream<Long> below(OptionalLong below) {
    return below.stream().boxed();
  }

  private void call(String function, Stream<?> arguments) {
    script.call(function, arguments.map(Object::toString).toArray(String[]::new));
  }

  static String functions() {
    return PlanScript.functions("plan-containerd.sh");
  }
}
