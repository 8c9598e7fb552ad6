package io.github.dockerimageexporter.release;

import static org.awaitility.Awaitility.await;

import io.github.dockerimageexporter.engine.exporter.Scrape;
import java.io.IOException;

/// The exporter on a machine that it was installed on.
public record InstalledService(DebianMachine machine) {
  private static final String GET_METRICS =
      "exec 3<>/dev/tcp/127.0.0.1/10210 && printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3"
          + " && sed '1,/^\\r$/d' <&3";

  public void start() throws IOException, InterruptedException {
    machine.run("systemctl enable --now docker-image-exporter");
    await().until(() -> machine.succeeds("docker-image-exporter healthcheck"));
  }

  /// Whether systemd starts it with the machine: `enabled`, `disabled`.
  String enablement() throws IOException, InterruptedException {
    return machine.run("systemctl is-enabled docker-image-exporter || true");
  }

  /// Whether it runs: `active`, `inactive`.
  public String activity() throws IOException, InterruptedException {
    return machine.run("systemctl is-active docker-image-exporter || true");
  }

  public String mainPid() throws IOException, InterruptedException {
    return machine.run("systemctl show --property=MainPID --value docker-image-exporter");
  }

  /// What it answers to Prometheus.
  public String text() throws IOException, InterruptedException {
    return machine.run(GET_METRICS) + "\n";
  }

  Scrape metrics() throws IOException, InterruptedException {
    return Scrape.parse(text());
  }

  /// The metrics once all directories have been measured.
  public Scrape measured() throws IOException, InterruptedException {
    await().ignoreExceptions().until(() -> metrics().isMeasured());
    return metrics();
  }

  /// What the machine has of the exporter's name, apart from what is in `/root`, logs, and the
  /// records of package managers and systemd.
  public String remains() throws IOException, InterruptedException {
    return machine.run(
        "find / -xdev -name '*docker-image-exporter*' -not -path '/root/*' -not -path"
            + " '/var/lib/dpkg/*' -not -path '/proc/*' -not -path '/sys/*' -not -path"
            + " '/var/lib/systemd/deb-systemd-helper*'");
  }
}
