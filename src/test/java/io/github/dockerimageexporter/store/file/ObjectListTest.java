package io.github.dockerimageexporter.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.store.OldFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectListTest {
  private static final Optional<Set<String>> FULL = Optional.empty();
  private static final Optional<Set<String>> NOTHING = Optional.of(Set.of());

  @TempDir private Path directory;

  private final ObjectList list = new ObjectList();
  private final Set<String> known = new HashSet<>(Set.of("a", "b", "c"));

  /// What a pass has been told, sorted.
  private record Told(boolean isWhole, List<String> present, List<String> gone) {}

  @BeforeEach
  void addObjects() throws IOException {
    add("a", "b", "c");
  }

  @Test
  void theFirstPassLooksAtAllWhateverWasTold() throws IOException {
    assertThat(look(Optional.of(Set.of("a"))))
        .isEqualTo(new Told(true, List.of("a", "b", "c"), List.of()));
  }

  @Test
  void aPassLooksAtWhatWasToldOrIsToBeLookedAtAgain() throws IOException {
    look(FULL);
    add("d");

    assertThat(look(Optional.of(Set.of("d", "gone")), Set.of("b")))
        .isEqualTo(new Told(false, List.of("b", "d"), List.of("gone")));
  }

  @Test
  void withoutAWordItLooksAtNothingElse() throws IOException {
    look(FULL);

    assertThat(look(NOTHING, Set.of("b"))).isEqualTo(new Told(false, List.of("b"), List.of()));
  }

  @Test
  void aListThatHasChangedWithoutAWordIsLookedAtAsAWhole() throws IOException {
    look(FULL);
    add("d");

    assertThat(look(NOTHING)).isEqualTo(new Told(true, List.of("a", "b", "c", "d"), List.of()));
  }

  @Test
  void aFullPassTellsWhatIsGone() throws IOException {
    look(FULL);
    remove("a");

    assertThat(look(FULL)).isEqualTo(new Told(true, List.of("b", "c"), List.of("a")));
  }

  @Test
  void aFullPassTellsWhatIsGoneWhileAsManyCome() throws IOException {
    look(FULL);
    remove("a");
    add("d");

    assertThat(look(FULL)).isEqualTo(new Told(true, List.of("b", "c", "d"), List.of("a")));
  }

  @Test
  void namesThatLookAlikeDoNotStandForOneThatIsGone() throws Exception {
    addNotUtf8("\\377", "\\376");
    look(FULL);
    assertThat(known).hasSize(4);
    remove("a");

    assertThat(look(FULL))
        .isEqualTo(new Told(true, List.of("b", "c", "\ufffd", "\ufffd"), List.of("a")));
    assertThat(look(NOTHING)).isEqualTo(new Told(false, List.of(), List.of()));
  }

  @Test
  void whatComesBackWhileAllAreListedIsNotToldGoneAndShownNext() throws IOException {
    known.add("d");
    var gone = new ArrayList<String>();
    try (Directory opened = Directory.open(directory)) {
      list.look(opened, FULL, Set.of(), () -> known, _ -> add("d"), gone::add);
    }

    assertThat(gone).isEmpty();
    assertThat(look(Optional.of(Set.of("a"))))
        .isEqualTo(new Told(true, List.of("a", "b", "c", "d"), List.of()));
  }

  @Test
  void whatGoesOnceItWasShownIsToldGone() throws IOException {
    look(FULL);
    var gone = new ArrayList<String>();
    try (Directory opened = Directory.open(directory)) {
      list.look(
          opened,
          FULL,
          Set.of(),
          () -> known,
          entry -> Files.delete(directory.resolve(entry.name())),
          gone::add);
    }

    assertThat(gone).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void afterAPassThatFailedAllIsLookedAt() throws IOException {
    look(FULL);
    list.forget();

    assertThat(look(NOTHING)).isEqualTo(new Told(true, List.of("a", "b", "c"), List.of()));
  }

  @ParameterizedTest
  @MethodSource("someAndAll")
  void afterALookThatFailedAllIsLookedAt(Optional<Set<String>> changed) throws IOException {
    look(FULL);
    try (Directory opened = Directory.open(directory)) {
      assertThatThrownBy(
              () ->
                  list.look(
                      opened,
                      changed,
                      Set.of(),
                      () -> known,
                      _ -> {
                        throw new IOException("unreadable");
                      },
                      _ -> {}))
          .hasMessage("unreadable");
    }

    assertThat(look(NOTHING)).isEqualTo(new Told(true, List.of("a", "b", "c"), List.of()));
  }

  @Test
  void aDirectoryIsAsListedUntilItChanges() throws IOException {
    assertThat(isAsListed()).isFalse();
    look(FULL);
    look(Optional.of(Set.of("a")));
    assertThat(isAsListed()).isTrue();

    remove("a");

    assertThat(isAsListed()).isFalse();
  }

  @Test
  void aDirectoryIsNotAsListedWhileEventsAreStillToCome() throws IOException {
    look(FULL);
    add("d", "e");
    look(Optional.of(Set.of("d")));
    assertThat(isAsListed()).isFalse();

    look(FULL);

    assertThat(isAsListed()).isTrue();
  }

  @Test
  void aDirectoryIsNotAsListedAfterAPassThatFailed() throws IOException {
    look(FULL);
    list.forget();

    assertThat(isAsListed()).isFalse();
  }

  private boolean isAsListed() throws IOException {
    try (Directory opened = Directory.open(directory)) {
      return list.isAsListed(opened);
    }
  }

  private static List<Optional<Set<String>>> someAndAll() {
    return List.of(Optional.of(Set.of("a")), FULL);
  }

  private void add(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(directory.resolve(name));
    }
    OldFiles.awaitIn(directory);
  }

  private void remove(String name) throws IOException {
    Files.delete(directory.resolve(name));
    OldFiles.awaitIn(directory);
  }

  private void addNotUtf8(String... names) throws IOException, InterruptedException {
    for (String name : names) {
      var touch =
          new ProcessBuilder(
              "sh",
              "-c",
              "touch \"$(printf '%s/" + name + "' \"$1\")\"",
              "-",
              directory.toString());
      assertThat(touch.inheritIO().start().waitFor()).isZero();
    }
    OldFiles.awaitIn(directory);
  }

  private Told look(Optional<Set<String>> changed) throws IOException {
    return look(changed, Set.of());
  }

  /// Knows what it was shown afterwards, as those who have such a list do.
  private Told look(Optional<Set<String>> changed, Set<String> again) throws IOException {
    var present = new ArrayList<String>();
    var gone = new ArrayList<String>();
    boolean isWhole;
    try (Directory opened = Directory.open(directory)) {
      isWhole =
          list.look(
              opened,
              changed,
              again,
              () -> known,
              entry -> {
                present.add(entry.name());
                known.add(entry.name());
              },
              gone::add);
    }
    present.sort(null);
    gone.sort(null);
    return new Told(isWhole, present, gone);
  }
}
