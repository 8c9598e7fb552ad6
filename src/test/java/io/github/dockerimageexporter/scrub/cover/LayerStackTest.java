package io.github.dockerimageexporter.scrub.cover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.scrub.record.EntryVisitor;
import io.github.dockerimageexporter.scrub.tar.TarEntry;
import io.github.dockerimageexporter.scrub.tree.PathTable;
import io.github.dockerimageexporter.snapshot.LayerRecord;
import io.github.dockerimageexporter.snapshot.LayerRecord.TarSplitFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What layers hide of each other.
///
/// Entries are written as `etc/` for a directory, `etc/hosts:12` for a file and its size, and
/// `lib>usr/lib` for a symbolic, `lib=usr/lib` for a hard link.
class LayerStackTest {
  private static final String LOWER = "a:1 d/ d/b:2 d/e/ d/e/c:4 dd/f:8";
  private static final String NONSENSE = "nonsense";
  private static final int PLENTY = 1 << 19;

  private final Map<LayerRecord, List<String>> entries = new HashMap<>();
  private final List<LayerRecord> read = new ArrayList<>();
  private final LayerStack stack = new LayerStack(this::read);

  private boolean read(LayerRecord record, EntryVisitor visitor) throws IOException {
    read.add(record);
    List<String> layer = entries.get(record);
    if (layer == null) {
      throw new IOException("no record");
    }
    for (String entry : layer) {
      if (entry.equals(NONSENSE)) {
        return false;
      }
      visitor.file(entry(entry), 0);
    }
    return true;
  }

  private static TarEntry entry(String text) {
    return switch (text.charAt(text.length() - 1)) {
      case '/' -> entry(text, TarEntry.Type.DIRECTORY, 0, "");
      case '|' -> entry(text.substring(0, text.length() - 1), TarEntry.Type.FIFO, 0, "");
      default -> {
        int at =
            IntStream.range(0, text.length())
                .filter(i -> ":>=".indexOf(text.charAt(i)) >= 0)
                .findFirst()
                .orElseThrow();
        String path = text.substring(0, at);
        String rest = text.substring(at + 1);
        yield switch (text.charAt(at)) {
          case ':' -> entry(path, TarEntry.Type.REGULAR, Long.parseLong(rest), "");
          case '>' -> entry(path, TarEntry.Type.SYMBOLIC_LINK, 0, rest);
          default -> entry(path, TarEntry.Type.HARD_LINK, 0, rest);
        };
      }
    };
  }

  private static TarEntry entry(String path, TarEntry.Type type, long sizeBytes, String link) {
    return new TarEntry(path, type, sizeBytes, 0644, 0, 0, link, 0, 0);
  }

  /// The chain of these layers, lowest first.
  private ChainLayer chain(String... layers) {
    Optional<ChainLayer> top = Optional.empty();
    String name = "";
    for (String layer : layers) {
      name += "|" + layer;
      ChainId id = new ChainId(Digest.of(name));
      var record = new TarSplitFile(Path.of("/"), id.digest().hex(), 1);
      entries.put(record, layer.isEmpty() ? List.of() : List.of(layer.split(" ", -1)));
      top =
          Optional.of(
              top.map(below -> below.with(id, record))
                  .orElseGet(() -> ChainLayer.base(id, record)));
    }
    return top.orElseThrow();
  }

  private long hidden(ChainLayer top) throws IOException {
    return hidden(stack, top);
  }

  private static long hidden(LayerStack stack, ChainLayer top) throws IOException {
    LayerCover cover = stack.cover(top);
    if (!cover.isKnown()) {
      throw new NoSuchElementException("unknown");
    }
    return cover.hiddenBytes().values().stream().mapToLong(Long::longValue).sum();
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "new:9, 0",
    "a:9, 1", // a file in its place
    "a:0, 1", // of whatever size
    "a/, 1", // a directory
    "a/x:9, 1", // one that is not listed
    "a>b, 1",
    "a=new, 1",
    "a|, 1",
    ".wh.a:0, 1",
    "d/, 0", // a directory on a directory hides nothing
    "d/ d/new:9, 0",
    "d/b:9, 2",
    "./d/b:9, 2",
    "/d/../d/b:9, 2",
    "d:9, 6", // all below it
    "d>dd, 6",
    ".wh.d:0, 6",
    ".wh.d:0 d/ d/new:9, 6", // removed, and made again
    "d/.wh.e:0, 4",
    "d/.wh..wh..opq:0, 6",
    "d/ d/.wh..wh..opq:0 d/b:9, 6",
    "d/e/.wh..wh..opq:0, 4",
    "d/e/.wh.c:0, 4",
    "d/e:9, 4",
    ".wh..wh..opq:0, 15", // everything
    ".wh..wh.plnk:0, 0", // of no meaning
    ".wh.none:0, 0",
    "d/.wh.a:0, 0", // of another directory
    "d/b:9 .wh.d:0, 6", // each file once
    "dd/ddd:0, 0"
  })
  void aLayerHidesOfTheOneBelow(String upper, long bytes) throws IOException {
    assertThat(hidden(chain(LOWER, upper))).isEqualTo(bytes);
  }

  @Test
  void aHardLinkHasNoBytesOfItsOwn() throws IOException {
    assertThat(hidden(chain("a:5 b=a", "b:9"))).isZero();
    assertThat(hidden(chain("a:5 b=a", "a:9"))).isEqualTo(5);
  }

  @Test
  void whatIsInAWhiteoutIsNoFile() throws IOException {
    assertThat(hidden(chain("d/.wh.x:3 d/a:1", ".wh.d:0"))).isEqualTo(1);
  }

  @Test
  void aFileThatIsReplacedTwiceIsHiddenTwice() throws IOException {
    ChainLayer top = chain("a:1", "a:2", "a:4");

    assertThat(hidden(top.below().orElseThrow())).isEqualTo(1);
    assertThat(hidden(top)).isEqualTo(2);
  }

  @Test
  void whatOneLayerHidesIsNotHiddenAgain() throws IOException {
    assertThat(hidden(chain("a:1", ".wh.a:0", "a:4"))).isZero();
    assertThat(hidden(chain("a:1 b:2", ".wh.a:0", "a:4", ".wh..wh..opq:0"))).isEqualTo(6);
  }

  @Test
  void whatIsHiddenIsToldOfEachLayer() throws IOException {
    ChainLayer top = chain("d/a:1 x:9", "d/b:2", "d/c:4", "d:0");
    ChainLayer third = top.below().orElseThrow();
    ChainLayer second = third.below().orElseThrow();

    assertThat(stack.cover(top))
        .isEqualTo(
            new LayerCover(
                true,
                Map.of(third.id(), 4L, second.id(), 2L, second.below().orElseThrow().id(), 1L)));
  }

  @Test
  void aBaseLayerHidesNothing() throws IOException {
    assertThat(stack.cover(chain(LOWER))).isEqualTo(new LayerCover(true, Map.of()));
  }

  @Test
  void aFileThatIsListedTwiceHasTheBytesOfBothEntries() throws IOException {
    assertThat(hidden(chain("a:1 a:2", ".wh.a:0"))).isEqualTo(3);
  }

  @Test
  void directoriesMayComeInAnyOrder() throws IOException {
    assertThat(hidden(chain("d/x/a:1 b:2 d/c:4 d/x/e:8 d/y/x/f:16", "d/.wh.x:0"))).isEqualTo(9);
  }

  /// What a chain hides does not depend on the one that was looked at before.
  @Test
  void chainsThatBeginAlikeAreKeptApart() throws IOException {
    ChainLayer one = chain(LOWER, ".wh.a:0", "x:1");
    ChainLayer other = chain(LOWER, "d:9", ".wh.a:0");

    assertThat(hidden(one)).isZero();
    assertThat(hidden(other)).isEqualTo(1);
    assertThat(hidden(other.below().orElseThrow())).isEqualTo(6);
    assertThat(hidden(one.below().orElseThrow())).isEqualTo(1);
  }

  @Test
  void recordsThatChainsShareAreReadOnce() throws IOException {
    for (ChainLayer chain : List.of(chain("a:1"), chain("a:1", "b:1"), chain("a:1", "c:1"))) {
      hidden(chain);
    }

    assertThat(read).hasSize(3);
  }

  @Test
  void aChainWithAnotherRecordIsReadAgain() throws IOException {
    ChainLayer top = chain("a:1", "a:2");
    hidden(top);
    ChainLayer base = top.below().orElseThrow();
    var later = new TarSplitFile(Path.of("/"), ((TarSplitFile) base.record()).relative(), 2);
    entries.put(later, List.of("a:4"));

    assertThat(hidden(ChainLayer.base(base.id(), later).with(top.id(), top.record()))).isEqualTo(4);
  }

  @Test
  void aRecordThatCannotBeReadLeavesTheRestAsItWas() throws IOException {
    ChainLayer top = chain("a:1", "a:2");
    entries.remove(top.record());

    assertThatThrownBy(() -> stack.cover(top)).hasMessage("no record");
    entries.put(top.record(), List.of("a:2"));

    assertThat(hidden(top)).isEqualTo(1);
    assertThat(read).hasSize(3);
  }

  @Test
  void whatStandsOnARecordThatIsNoneIsUnknownAndThatIsNotReadAgain() throws IOException {
    ChainLayer top = chain("a:1 " + NONSENSE, "a:2", "a:3");

    for (ChainLayer layer : top.chain()) {
      assertThat(stack.cover(layer)).isEqualTo(LayerCover.UNKNOWN);
    }
    assertThat(read).hasSize(1);
  }

  /// The root of each layer takes room as well.
  @ParameterizedTest
  @ValueSource(ints = {5, 6})
  void whatStandsOnMoreFilesThanThereIsRoomForIsUnknown(int room) throws IOException {
    var small = new LayerStack(this::read, room, new PathTable());
    ChainLayer top = chain("a:1 d/b:1 e:0", "f:1", ".wh.d:0");

    assertThat(small.cover(top.below().orElseThrow()).isKnown()).isTrue();
    assertThat(small.cover(top).isKnown()).isEqualTo(room > 5);
  }

  @Test
  void whatStandsOnMoreBytesThanADiskHoldsIsUnknown() throws IOException {
    String large = String.valueOf(Long.MAX_VALUE);

    assertThat(stack.cover(chain("a:" + large + " b:" + large, ".wh.a:0")).isKnown()).isFalse();
  }

  @Test
  void aLayerOfMorePathsThanFitInMemoryIsUnknown() throws IOException {
    var small = new LayerStack(this::read, PLENTY, new PathTable(1024));
    String many = String.join(" ", IntStream.range(0, 800).mapToObj(i -> "f" + i + ":1").toList());

    assertThat(small.cover(chain("f1:1", many, "f2:2")).isKnown()).isFalse();
    assertThat(small.cover(chain(many, "f1:2")).hiddenBytes().values()).containsExactly(1L);
  }

  /// The tables grow while they are filled.
  @Test
  void aLargeLayerIsHiddenAsAWhole() throws IOException {
    var random = new SplittableRandom(1);
    var names = new ArrayList<String>();
    for (int i = 0; i < 5000; i++) {
      names.add("d%d/e%d/f%d:1".formatted(random.nextInt(3), random.nextInt(300), i));
    }
    long inFirst = names.stream().filter(name -> name.startsWith("d0/")).count();

    assertThat(hidden(chain(String.join(" ", names), ".wh.d0:0"))).isEqualTo(inFirst);
    assertThat(hidden(chain(String.join(" ", names), ".wh..wh..opq:0"))).isEqualTo(5000);
  }
}
