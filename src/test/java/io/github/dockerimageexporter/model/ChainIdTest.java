package io.github.dockerimageexporter.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChainIdTest {
  /// The worked example of docs/metrics.md.
  private static final List<String> DIFF_IDS =
      List.of(
          "sha256:d69483a6face4499acb974449d1303591fcbb5cdce5420f36f8a6607bda11854",
          "sha256:c6e7d78568ef2408bbe07a346468e2d9656611a179fa080800ac95c387cf7cbb",
          "sha256:4acb984b3d93480feb6c0d9c2005e64ae2cf7247ac6b3b1c15e701a73df7f10e",
          "sha256:650c771b4f925a3d4bd3daee034892ddf73e7c88a248428002ae6db2f45faa69",
          "sha256:8e8b8947990a9fc422b8c50bbd0e291441995399cd589f0b2a2cc9501a2c2c9d");

  private static final List<String> CHAIN_IDS =
      List.of(
          "sha256:d69483a6face4499acb974449d1303591fcbb5cdce5420f36f8a6607bda11854",
          "sha256:66e247e2c0cad54a614310941231238669f813bf65fd539261e64194b9446fe1",
          "sha256:7d50772bb5cd6e0a8356e978497f441b29453129a81cfce14c229e39afe261aa",
          "sha256:bfc3275d31dad40f9e1617aadd0395707c9d0e9066e510f0f4a7459b7e1f9d62",
          "sha256:8b3741031ec1e54f172398b7db108fc3a32e48d8f4f5281f47db5cdcbcccd8ea");

  @Test
  void followsTheWorkedExample() {
    var rootFs = new RootFs(DIFF_IDS.stream().map(DiffId::parse).toList());

    assertThat(rootFs.chainIds().stream().map(ChainId::toString)).isEqualTo(CHAIN_IDS);
  }

  @Test
  void aStackWithoutLayersHasNoChain() {
    assertThat(new RootFs(List.of()).chainIds()).isEmpty();
  }

  @Test
  void onlyLowerCaseSha256IsADigest() {
    String hex = "a".repeat(64);
    assertThat(Digest.parse("sha256:" + hex)).isEqualTo(new Digest(hex));
    Stream.of(
            "",
            hex,
            "sha256:",
            "sha256:" + "A".repeat(64),
            "sha256:" + "a".repeat(63),
            "sha256:" + "a".repeat(65),
            "sha512:" + "a".repeat(128),
            "sha256:" + hex + "\n")
        .forEach(
            text ->
                assertThatIllegalArgumentException()
                    .isThrownBy(() -> Digest.parse(text))
                    .withMessageStartingWith("expected sha256: and 64 lower-case hex digits"));
  }
}
