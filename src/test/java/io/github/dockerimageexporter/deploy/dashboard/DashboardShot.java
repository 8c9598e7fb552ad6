package io.github.dockerimageexporter.deploy.dashboard;

import io.github.dockerimageexporter.deploy.Fleet;
import io.github.dockerimageexporter.deploy.WatchedHost;
import io.github.dockerimageexporter.engine.exporter.ExporterProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Keeps three real hosts busy for some minutes, and has the dashboards drawn from the Prometheus
/// that watched them.
///
/// Arguments: the minutes, then the command that draws. It finds the address of Prometheus in
/// `PROMETHEUS_URL` and the seconds to show in `SHOWN_SECONDS`. Run by `bin/dashboard-shot`, from
/// the project's directory.
final class DashboardShot {
  private static final int ACTS = 40;
  private static final String RUNTIME = "runtime:3";
  private static final String WEB = "shop/web:1.4";
  private static final String API = "shop/api:2.0";

  private final WatchedHost build;
  private final WatchedHost firstWeb;
  private final WatchedHost secondWeb;

  private DashboardShot(WatchedHost build, WatchedHost firstWeb, WatchedHost secondWeb) {
    this.build = build;
    this.firstWeb = firstWeb;
    this.secondWeb = secondWeb;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    // Fails at once, not after the engines have started, if the distribution is not there.
    ExporterProcess.launcher();
    Duration time = Duration.ofMinutes(Long.parseLong(arguments[0]));
    List<String> drawing = List.of(arguments).subList(1, arguments.length);
    var hosts = new ArrayList<WatchedHost>();
    for (String name : List.of("build-1", "web-1", "web-2")) {
      hosts.add(WatchedHost.start(name));
    }
    var shot = new DashboardShot(hosts.get(0), hosts.get(1), hosts.get(2));
    shot.stock();
    Path directory = hosts.getFirst().directory().resolve("prometheus");
    try (var fleet = Fleet.of(directory, List.copyOf(hosts))) {
      Instant start = Instant.now();
      shot.play(time);
      draw(drawing, fleet, Duration.between(start, Instant.now()));
    }
  }

  private static void draw(List<String> command, Fleet fleet, Duration shown)
      throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).inheritIO();
    process.environment().put("PROMETHEUS_URL", fleet.prometheus().uri().toString());
    process.environment().put("SHOWN_SECONDS", String.valueOf(shown.toSeconds()));
    int status = process.start().waitFor();
    if (status != 0) {
      throw new IOException(command + " ended with status " + status + ", expected 0");
    }
  }

  /// What happens on the hosts, in as many acts of the same length.
  private void play(Duration time) throws IOException, InterruptedException {
    for (int act = 0; act < ACTS; act++) {
      Instant next = Instant.now().plus(time.dividedBy(ACTS));
      play(act);
      Duration rest = Duration.between(Instant.now(), next);
      if (rest.isPositive()) {
        Thread.sleep(rest);
      }
    }
  }

  private void stock() throws IOException, InterruptedException {
    for (WatchedHost web : List.of(firstWeb, secondWeb)) {
      web.addBase("base:1");
      web.addImage(RUNTIME, "base:1", 48);
      web.addImage(WEB, RUNTIME, 24);
      web.addImage(API, RUNTIME, 31);
      web.addImage("shop/worker:2.0", RUNTIME, 17);
      web.runContainer("web", WEB);
      web.runContainer("api", API);
    }
    secondWeb.addImage("shop/web:1.3", RUNTIME, 22);
    build.addBase("base:1");
    build.addImage(RUNTIME, "base:1", 48);
    build.addImage("ci/compiler:9", RUNTIME, 64);
  }

  private void play(int act) throws IOException, InterruptedException {
    if (act % 2 == 0) {
      build.addImage("ci/app:" + (100 + act / 2), "ci/compiler:9", 9);
    }
    if (act % 8 == 7) {
      build.removeImage("ci/app:" + (100 + act / 2 - 3));
    }
    if (act % 3 == 0) {
      firstWeb.fillContainer("web", 2);
      secondWeb.fillContainer("api", 3);
    }
    switch (act) {
      case 10 -> firstWeb.breakChain(WEB);
      case 16 -> firstWeb.healChain(WEB);
      case 20 -> build.leaveOrphan(40);
      case 24 -> build.loseTarSplit("ci/app:103");
      case 26 -> secondWeb.leaveDownload();
      case 28 -> secondWeb.breakChain(API);
      case 30 -> firstWeb.breakChain(API);
      default -> {}
    }
  }
}
