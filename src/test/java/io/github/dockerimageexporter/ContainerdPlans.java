package io.github.dockerimageexporter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.check.Finding;
import io.github.dockerimageexporter.cli.command.ExporterCommand;
import io.github.dockerimageexporter.engine.DockerEngine;
import io.github.dockerimageexporter.engine.Systemctl;
import io.github.dockerimageexporter.engine.machine.Program;
import io.github.dockerimageexporter.observation.ObservedStore;
import io.github.dockerimageexporter.refresh.StoreScanner;
import io.github.dockerimageexporter.store.containerd.ContainerdSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The plans for the store of an engine with containerd, and the host where they are run.
///
/// @param grace the age before waste counts
record ContainerdPlans(DockerEngine engine, Systemctl systemctl, Duration grace)
    implements AutoCloseable {
  static ContainerdPlans start(DockerEngine engine, Duration grace)
      throws IOException, InterruptedException {
    var systemctl = Systemctl.start(engine);
    systemctl.program("docker-image-exporter", "#!/bin/sh\n");
    return new ContainerdPlans(engine, systemctl, grace);
  }

  @Override
  public void close() throws IOException {
    systemctl.close();
  }

  /// Plans and runs the plan.
  String repair() throws IOException, InterruptedException {
    String plan = plan();
    Program.Outcome outcome = run(plan, Map.of());
    assertThat(outcome.status()).as("%s%n%s", outcome.complaints(), plan).isZero();
    return plan;
  }

  String plan(String... flags) {
    var out = new StringWriter();
    ExporterCommand.run(
        Stream.of(
                Stream.of(
                    "check",
                    "--plan",
                    "--check.settle=10ms",
                    "--check.grace=" + grace.toSeconds() + "s"),
                engine.exporterFlags().stream(),
                Stream.of(flags))
            .flatMap(part -> part)
            .toArray(String[]::new),
        Map.of(),
        new PrintWriter(out),
        new PrintWriter(new StringWriter()));
    return out.toString();
  }

  /// Runs a plan that is told where containerd answers.
  Program.Outcome run(String plan, Map<String, String> variables)
      throws IOException, InterruptedException {
    var environment = new HashMap<String, String>(variables);
    environment.put("CONTAINERD_ADDRESS", engine.containerdSocket().toString());
    return runAsItIs(plan, environment);
  }

  /// Runs a plan that is told nothing but `variables`.
  Program.Outcome runAsItIs(String plan, Map<String, String> variables)
      throws IOException, InterruptedException {
    Path script = Files.writeString(engine.directory().resolve("plan.sh"), plan);
    var environment = new HashMap<String, String>(variables);
    environment.put("PATH", systemctl.directory() + ":/usr/bin:/bin:/usr/sbin:/sbin");
    return new Program(environment, List.of("sh", script.toString())).outcome();
  }

  List<Finding> findings() throws InterruptedException {
    return observed().report().findings();
  }

  ObservedStore observed() throws InterruptedException {
    var settings =
        new ContainerdSettings(
            Optional.of(engine.containerdRoot()), List.of(ContainerdSettings.DOCKER));
    return new StoreScanner(
            engine.dataRoot(), settings, Duration.ofMillis(10), grace, InstantSource.system())
        .scanAndMeasure(1)
        .stores()
        .getFirst();
  }

  /// Lets containerd collect its garbage, and waits until it has.
  void collect() throws IOException, InterruptedException {
    engine.ctr("--namespace=moby", "leases", "create", "--id=collect");
    engine.ctr("--namespace=moby", "leases", "rm", "--sync", "collect");
  }
}
