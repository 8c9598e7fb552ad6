package io.github.dockerimageexporter.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.engine.machine.Requirement;
import io.github.dockerimageexporter.engine.machine.Requires;
import io.github.dockerimageexporter.posix.EntryBuffer;
import io.github.dockerimageexporter.posix.StatusBuffer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryMeasurerTest {
  private static final Optional<String> DIFF = Optional.of("diff");

  @TempDir private Path parent;
  private Path root;
  private final DirectoryMeasurer measurer =
      new DirectoryMeasurer(
          failure -> {
            throw new AssertionError(failure);
          });

  @BeforeEach
  void makeLayer() throws IOException {
    root = parent.resolve("layer");
    Files.createDirectories(root.resolve("diff/etc"));
    Files.createDirectories(root.resolve("work"));
    Files.writeString(root.resolve("link"), "A".repeat(26));
    Files.write(root.resolve("diff/etc/passwd"), new byte[5000]);
  }

  @Test
  void contentIsWhatDockerCountsAndTheRestIsWhatDuCounts() throws Exception {
    assertThat(measurer.measure(Targets.at(root), DIFF)).isEqualTo(Du.like(root, 5000));
  }

  @Test
  void allContentIsToldWhileItIsMeasured() throws Exception {
    Files.createSymbolicLink(root.resolve("diff/etc/alias"), Path.of("passwd"));
    Files.createDirectory(root.resolve("diff/var"));
    var told = new Told();

    measurer.measure(Targets.at(root), DIFF, told);

    assertThat(told.paths)
        .containsExactlyInAnyOrder("/", "/etc/", "/etc/passwd 5000", "/etc/alias 6", "/var/");
    assertThat(told.path).isEmpty();
  }

  /// Notes paths and sizes.
  private static class Told implements ContentVisitor {
    final List<String> paths = new ArrayList<>();
    String path = "";

    @Override
    public void enter(byte[] names, int start, int length, StatusBuffer status) {
      path += new String(names, start, length, UTF_8) + "/";
      paths.add(path);
    }

    @Override
    public void leave() {
      path = path.substring(0, path.lastIndexOf('/', path.length() - 2) + 1);
    }

    @Override
    public void file(int directory, EntryBuffer entry, StatusBuffer status) {
      paths.add(path + entry.name() + " " + status.sizeBytes());
    }

    @Override
    public void leaveOut() {
      throw new AssertionError("nothing is to be left out");
    }
  }

  @Test
  void keepsFewNamesOfADirectoryOfManyDirectories() throws Exception {
    for (int i = 0; i < 20_000; i++) {
      Files.createDirectory(root.resolve("diff/%0200d".formatted(i)));
    }
    var most = new AtomicInteger();

    DirectoryUsage usage =
        measurer.measure(
            Targets.at(root),
            DIFF,
            new Told() {
              @Override
              public void enter(byte[] names, int start, int length, StatusBuffer status) {
                most.accumulateAndGet(names.length, Math::max);
              }

              @Override
              public void leave() {}
            });

    assertThat(usage).isEqualTo(Du.like(root, 5000));
    assertThat(most.get()).isLessThanOrEqualTo(2 * DirectoryStack.MAX_NAMES);
  }

  @Test
  void aWholeTreeIsAllContent() throws Exception {
    assertThat(measurer.measure(Targets.at(root), Optional.empty())).isEqualTo(Du.like(root, 5026));
  }

  @Test
  void countsHardLinksOnce() throws Exception {
    Files.createLink(root.resolve("diff/etc/shadow"), root.resolve("diff/etc/passwd"));
    assertThat(measurer.measure(Targets.at(root), DIFF)).isEqualTo(Du.like(root, 5000));
  }

  @Test
  void countsAHardLinkOutsideTheContentInBothSums() throws Exception {
    Files.createLink(root.resolve("passwd"), root.resolve("diff/etc/passwd"));
    Files.createLink(root.resolve("work/passwd"), root.resolve("diff/etc/passwd"));
    assertThat(measurer.measure(Targets.at(root), DIFF)).isEqualTo(Du.like(root, 5000));
  }

  @Test
  void countsThousandsOfHardLinksOnce() throws Exception {
    for (int i = 0; i < 1000; i++) {
      var file = Files.write(root.resolve("diff/file" + i), new byte[3]);
      Files.createLink(root.resolve("diff/etc/file" + i), file);
    }
    assertThat(measurer.measure(Targets.at(root), DIFF)).isEqualTo(Du.like(root, 8000));
  }

  @Test
  void countsTheLengthOfASymbolicLinkAndDoesNotFollowIt() throws Exception {
    Files.createDirectory(parent.resolve("outside"));
    Files.write(parent.resolve("outside/file"), new byte[100_000]);
    Files.createSymbolicLink(root.resolve("diff/out"), Path.of("../../outside"));
    Files.createSymbolicLink(root.resolve("diff/file"), Path.of("../../outside/file"));
    assertThat(measurer.measure(Targets.at(root), DIFF)).isEqualTo(Du.like(root, 5000 + 13 + 18));
  }

  @Test
  void contentThatIsALinkIsNone() throws Exception {
    assertThat(measurer.measure(Targets.at(root), Optional.of("link"))).isEqualTo(Du.like(root, 0));
  }

  @Test
  void onlyTheRootsChildIsContent() throws Exception {
    Files.createDirectories(root.resolve("work/diff"));
    Files.write(root.resolve("work/diff/file"), new byte[100]);
    assertThat(measurer.measure(Targets.at(root), DIFF)).isEqualTo(Du.like(root, 5000));
  }

  @Test
  void countsTheHolesOfASparseFileAsContentOnly() throws Exception {
    try (var file = new RandomAccessFile(root.resolve("diff/sparse").toFile(), "rw")) {
      file.setLength(1L << 40);
    }
    assertThat(measurer.measure(Targets.at(root), DIFF))
        .isEqualTo(Du.like(root, 5000 + (1L << 40)));
  }

  @Test
  @Requires(Requirement.ROOT)
  void countsFifosAndDevicesAsEmpty() throws Exception {
    run("mkfifo", root + "/diff/fifo");
    run("mknod", root + "/diff/whiteout", "c", "0", "0");
    assertThat(measurer.measure(Targets.at(root), DIFF)).isEqualTo(Du.like(root, 5000));
  }

  @Test
  void takesNamesOfAnyBytes() throws Exception {
    run("sh", "-c", "mkdir \"$(printf '%s/diff/a\\377 b' \"$1\")\"", "-", root.toString());
    run("sh", "-c", "mkdir \"$(printf '%s/diff/a\\377 b/x\\ny' \"$1\")\"", "-", root.toString());
    assertThat(measurer.measure(Targets.at(root), DIFF)).isEqualTo(Du.like(root, 5000));
  }

  @Test
  @Requires(Requirement.ROOT)
  void neitherEntersNorCountsAMount() throws Exception {
    var expected = Du.like(root, 5000);
    Files.createDirectory(root.resolve("merged"));
    run("mount", "-t", "tmpfs", "tmpfs", root + "/merged");
    try {
      Files.write(root.resolve("merged/file"), new byte[100_000]);
      assertThat(measurer.measure(Targets.at(root), Optional.of("diff"))).isEqualTo(expected);
    } finally {
      run("umount", root + "/merged");
    }
  }

  @Test
  @Requires(Requirement.ROOT)
  void neitherEntersNorCountsABindMountOfTheSameDevice() throws Exception {
    var expected = Du.like(root, 5000);
    Files.createDirectory(root.resolve("merged"));
    Files.createDirectory(parent.resolve("outside"));
    Files.write(parent.resolve("outside/file"), new byte[100_000]);
    run("mount", "--bind", parent + "/outside", root + "/merged");
    try {
      assertThat(measurer.measure(Targets.at(root), DIFF)).isEqualTo(expected);
    } finally {
      run("umount", root + "/merged");
    }
  }

  @Test
  void skipsWhatVanishes() throws Exception {
    var done = new AtomicBoolean();
    var started = new CountDownLatch(1);
    var churn =
        CompletableFuture.runAsync(
            () -> {
              while (!done.get()) {
                churn();
                started.countDown();
              }
            });
    started.await();
    for (int i = 0; i < 200; i++) {
      var usage = measurer.measure(Targets.at(root), DIFF);
      assertThat(usage.contentBytes()).isBetween(5000L, 5000L + 400);
      assertThat(usage.unreadable()).isZero();
    }
    done.set(true);
    churn.join();
  }

  private void churn() {
    try {
      for (int i = 0; i < 20; i++) {
        var directory = Files.createDirectories(root.resolve("diff/d" + i + "/e"));
        Files.write(directory.resolve("file"), new byte[20]);
      }
      for (int i = 0; i < 20; i++) {
        Files.delete(root.resolve("diff/d" + i + "/e/file"));
        Files.delete(root.resolve("diff/d" + i + "/e"));
        Files.delete(root.resolve("diff/d" + i));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void namesTheAbsentRoot() {
    assertThatThrownBy(() -> measurer.measure(Targets.at(root.resolve("absent")), DIFF))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(root + "/absent");
  }

  @Test
  void countsAndReportsWhatCannotBeRead() throws Exception {
    long inodes = Du.like(root, 0).inodes();
    var closed = Files.createDirectories(root.resolve("diff/etc/ssl/private/keys")).getParent();
    Files.setPosixFilePermissions(closed, Set.of());
    assertThat(scanWithoutPrivileges())
        .isEqualTo(
            """
            %s/diff/etc/ssl/private: Permission denied (errno 13)
            contentBytes=5000, inodes=%d, unreadable=1
            """
                .formatted(root, inodes + 2));
  }

  @Test
  void refusesARootThatCannotBeRead() throws Exception {
    Files.setPosixFilePermissions(root, Set.of());
    assertThat(scanWithoutPrivileges())
        .isEqualTo(
            "java.nio.file.AccessDeniedException: %s: Permission denied (errno 13)\n"
                .formatted(root));
  }

  private String scanWithoutPrivileges() throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    if (isSuperuser()) {
      command.addAll(List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Unprivileged.class.getName(), root.toString()));
    return output(command.toArray(String[]::new));
  }

  /// Scans in a process of its own, which may not read everything.
  static final class Unprivileged {
    public static void main(String[] arguments) throws IOException {
      var measurer = new DirectoryMeasurer(failure -> System.out.println(failure.getMessage()));
      try {
        var usage = measurer.measure(Targets.at(Path.of(arguments[0])), DIFF);
        System.out.printf(
            "contentBytes=%d, inodes=%d, unreadable=%d%n",
            usage.contentBytes(), usage.inodes(), usage.unreadable());
      } catch (AccessDeniedException e) {
        System.out.println(e);
      }
    }
  }

  @Test
  void stopsWhenInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> measurer.measure(Targets.at(root), DIFF))
        .isInstanceOf(ClosedByInterruptException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  private static String output(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }

  private static boolean isSuperuser() {
    return System.getProperty("user.name").equals("root");
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
