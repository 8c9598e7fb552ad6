package io.github.dockerimageexporter.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsciiJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\nb\u001b[31m\u007f\u0085\u009b",
        "\u202e\u2066\u061c\u2028\ufeff",
        "half \ud83d of one",
        "d\u00e9p\u00f4t \ud83d\ude00"
      })
  void everyTextIsWrittenInVisibleAsciiAndReadBackAsItWas(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();

    AsciiJson.write(text, bytes);

    String written = bytes.toString(StandardCharsets.UTF_8);
    assertThat(written).matches("[ -~]*");
    assertThat(AsciiJson.text(text)).isEqualTo(written);
    assertThat(new JsonMapper().readValue(written, String.class)).isEqualTo(text);
  }
}
