package io.github.dockerimageexporter.scrub.tar;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarParserTest {
  private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

  @Test
  void readsEveryFieldOfAHeader() throws MalformedTarException {
    tar.writeBytes(header("dev/null", '3'));

    assertThat(read())
        .containsExactly(
            new TarEntry(
                "dev/null", TarEntry.Type.CHARACTER_DEVICE, 0, 04755, 1000, 100, "", 1, 3));
  }

  @Test
  void anExtendedHeaderStandsInPlaceOfTheNextOne() throws MalformedTarException {
    extend('x', "18 path=long/name\n18 linkpath=a=b=c\n13 uid=70000\n");
    tar.writeBytes(header("short", '2'));
    tar.writeBytes(header("next", '2'));

    assertThat(read())
        .extracting(TarEntry::path, TarEntry::link, TarEntry::owner)
        .containsExactly(tuple("long/name", "a=b=c", 70_000L), tuple("next", "target", 1000L));
  }

  @Test
  void aLongNameOfGnuTarEndsAtItsNul() throws MalformedTarException {
    extend('L', "n".repeat(600) + "\0");
    extend('K', "t".repeat(600) + "\0");
    tar.writeBytes(header("cut", '2'));

    assertThat(read())
        .extracting(TarEntry::path, TarEntry::link)
        .containsExactly(tuple("n".repeat(600), "t".repeat(600)));
  }

  /// A tar can have as many of them in a row as somebody likes, so that they are not gathered.
  @Test
  void ofSeveralExtendedHeadersTheLastOneCounts() throws MalformedTarException {
    extend('L', "long/name\0");
    extend('x', "18 path=other/one\n13 uid=70000\n");
    extend('x', "20 linkpath=a/place\n9 gid=70\n");
    tar.writeBytes(header("file", '2'));

    assertThat(read())
        .extracting(TarEntry::path, TarEntry::link, TarEntry::owner, TarEntry::group)
        .containsExactly(tuple("long/name", "a/place", 1000L, 70L));
  }

  @Test
  void anEmptyValueOfAnExtendedHeaderIsThatOfTheHeader() throws MalformedTarException {
    extend('x', "8 path=\n7 uid=\n");
    tar.writeBytes(header("file", '5'));

    assertThat(read())
        .extracting(TarEntry::path, TarEntry::owner)
        .containsExactly(tuple("file", 1000L));
  }

  @ParameterizedTest
  @ValueSource(chars = {'L', 'K', 'x'})
  void aNameThatNoFileCanHaveIsTold(char type) {
    extend(type, (type == 'x' ? "4112 linkpath=" : "").concat("n".repeat(4097)).concat("\n"));
    tar.writeBytes(header("cut", '2'));

    assertThatThrownBy(this::read).hasMessage("name of more than 4096 bytes");
  }

  @Test
  void theDefaultsOfAGlobalHeaderAreAnEntryOfTheirOwn() throws MalformedTarException {
    extend('g', "13 comment=x\n");
    tar.writeBytes(header("file", '1'));

    assertThat(read())
        .extracting(TarEntry::type)
        .containsExactly(TarEntry.Type.GLOBAL_HEADER, TarEntry.Type.HARD_LINK);
  }

  @Test
  void aFileWithHolesIsTold() throws MalformedTarException {
    extend('x', "22 GNU.sparse.major=1\n");
    tar.writeBytes(header("holes", '0'));

    assertThat(read()).extracting(TarEntry::type).containsExactly(TarEntry.Type.SPARSE);
  }

  @Test
  void anOldDirectoryIsAFileWithASlash() throws MalformedTarException {
    tar.writeBytes(header("old/", '\0'));

    assertThat(read()).extracting(TarEntry::type).containsExactly(TarEntry.Type.DIRECTORY);
  }

  @Test
  void aNumberTooLargeForDigitsIsBinary() throws MalformedTarException {
    byte[] header = header("large", '5');
    Arrays.fill(header, 108, 116, (byte) 0);
    header[108] = (byte) 0x80;
    header[111] = 1;
    tar.writeBytes(header);

    assertThat(read()).extracting(TarEntry::owner).containsExactly(1L << 32);
  }

  @Test
  void contentThatIsElsewhereIsSkippedWithItsPadding() throws MalformedTarException {
    var parser = new TarParser();
    byte[] first = header("first", '0');
    byte[] rest = new byte[512 - 7 + 512];
    System.arraycopy(header("second", '1'), 0, rest, 512 - 7, 512);

    parser.accept(first, 0, 512);
    assertThat(parser.takeEntry()).map(TarEntry::path).contains("first");
    parser.skipContent(7);
    parser.accept(rest, 0, rest.length);

    assertThat(parser.takeEntry()).map(TarEntry::path).contains("second");
  }

  @Test
  void nothingIsReadBehindTheEnd() throws MalformedTarException {
    tar.writeBytes(new byte[1024]);
    tar.writeBytes("not a header".repeat(100).getBytes(US_ASCII));

    assertThat(read()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5 a=b\n", "6 ab\n", "x a=b\n", "99999999 a=b\n", "0 a=b\n", "6 a=bc"})
  void aMalformedExtendedHeaderIsTold(String body) {
    extend('x', body);

    assertThatThrownBy(this::read)
        .isInstanceOf(MalformedTarException.class)
        .hasMessage("malformed extended header");
  }

  @Test
  void anExtendedHeaderIsBounded() {
    byte[] header = header("x", 'x');
    put(header, 124, "77777777777\0");
    tar.writeBytes(header);

    assertThatThrownBy(this::read).hasMessage("extended header of 8589934591 bytes");
  }

  @Test
  void anUnknownTypeIsTold() {
    tar.writeBytes(header("x", 'Z'));

    assertThatThrownBy(this::read).hasMessage("entry of the unknown type 0x5a");
  }

  @Test
  void twoHeadersInARowAreTold() throws MalformedTarException {
    var parser = new TarParser();
    byte[] header = header("x", '5');
    parser.accept(header, 0, 512);

    assertThatThrownBy(() -> parser.accept(header, 0, 512))
        .hasMessage("header of a file that it does not list");
  }

  /// Reads it byte by byte, taking each entry at once.
  private List<TarEntry> read() throws MalformedTarException {
    var parser = new TarParser();
    var entries = new ArrayList<TarEntry>();
    for (byte each : tar.toByteArray()) {
      parser.accept(new byte[] {each}, 0, 1);
      parser.takeEntry().ifPresent(entries::add);
    }
    return entries;
  }

  private void extend(char type, String body) {
    byte[] header = header("extended", type);
    put(header, 124, "%011o\0".formatted(body.length()));
    tar.writeBytes(header);
    tar.writeBytes(Arrays.copyOf(body.getBytes(US_ASCII), (body.length() + 511) / 512 * 512));
  }

  private static byte[] header(String name, char type) {
    var header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0104755\0");
    put(header, 108, "0001750\0");
    put(header, 116, "   144 \0");
    put(header, 124, "00000000000\0");
    header[156] = (byte) type;
    put(header, 157, type == '2' ? "target" : "");
    put(header, 257, "ustar\0" + "00");
    put(header, 329, "0000001\0");
    put(header, 337, "0000003\0");
    return header;
  }

  private static void put(byte[] header, int offset, String text) {
    System.arraycopy(text.getBytes(US_ASCII), 0, header, offset, text.length());
  }
}
