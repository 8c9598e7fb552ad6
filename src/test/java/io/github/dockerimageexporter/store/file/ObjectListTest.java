package io.github.dockerimageexporter.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dockerimageexporter.posix.Directory;
import io.github.dockerimageexporter.posix.DirectoryEntry;
import io.github.dockerimageexporter.store.OldFiles;
import io.github.dockerimageexporter.store.file.ObjectList.Look;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectListTest {
  private static final Optional<Set<String>> FULL = Optional.empty();
  private static final Optional<Set<String>> NOTHING = Optional.of(Set.of());

  @TempDir private Path directory;

  private final ObjectList list = new ObjectList();

  @BeforeEach
  void addObjects() throws IOException {
    add("a", "b", "c");
  }

  @Test
  void theFirstPassLooksAtAllWhateverWasTold() throws IOException {
    assertThat(names(look(Optional.of(Set.of("a"))))).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void aPassLooksAtWhatWasToldOrIsToBeLookedAtAgain() throws IOException {
    look(FULL);
    add("d");

    Look look = look(Optional.of(Set.of("d", "gone")), Set.of("b"));

    assertThat(names(look)).containsExactlyInAnyOrder("b", "d");
    assertThat(look.gone()).containsExactly("gone");
    assertThat(look.isWhole()).isFalse();
  }

  @Test
  void withoutAWordItLooksAtNothingElse() throws IOException {
    look(FULL);

    assertThat(names(look(NOTHING, Set.of("b")))).containsExactly("b");
  }

  @Test
  void aListThatHasChangedWithoutAWordIsLookedAtAsAWhole() throws IOException {
    look(FULL);
    add("d");

    assertThat(names(look(NOTHING))).containsExactlyInAnyOrder("a", "b", "c", "d");
  }

  @Test
  void aFullPassTellsWhatIsGone() throws IOException {
    look(FULL);
    Files.delete(directory.resolve("a"));

    Look look = look(FULL);

    assertThat(names(look)).containsExactlyInAnyOrder("b", "c");
    assertThat(look.gone()).containsExactly("a");
    assertThat(look.isWhole()).isTrue();
  }

  @Test
  void afterAPassThatFailedAllIsLookedAt() throws IOException {
    look(FULL);
    list.forget();

    assertThat(names(look(NOTHING))).containsExactlyInAnyOrder("a", "b", "c");
  }

  private void add(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectory(directory.resolve(name));
    }
    OldFiles.awaitIn(directory);
  }

  private Look look(Optional<Set<String>> changed) throws IOException {
    return look(changed, Set.of());
  }

  private Look look(Optional<Set<String>> changed, Set<String> again) throws IOException {
    try (Directory opened = Directory.open(directory)) {
      return list.look(opened, changed, again, () -> Set.of("a", "b", "c"));
    }
  }

  private static Set<String> names(Look look) {
    return Set.copyOf(look.present().stream().map(DirectoryEntry::name).toList());
  }
}
