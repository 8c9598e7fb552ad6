package io.github.dockerimageexporter.store.json;

import java.util.List;

/// Fields of an image configuration, beside a sound `rootfs`, as Docker takes and refuses them.
public final class ConfigFields {
  /// With each of these Docker loads the image.
  public static final List<String> TAKEN =
      List.of(
          "\"config\":{\"Labels\":{\"\\ud800x\":\"\\ud800\"}}",
          "\"unknown\":[1e999,{\"a\":null}]",
          "\"config\":null,\"history\":null,\"os\":null,\"created\":null,\"size\":null",
          "\"config\":{\"Cmd\":\"/bin/sh\",\"Entrypoint\":[\"a\",null],\"Env\":null}",
          "\"config\":{\"ExposedPorts\":{\"80/tcp\":{\"a\":1},\"81\":null}}",
          "\"history\":[{\"created\":\"2024-05-06T7:08:09,5+23:59\",\"unknown\":1},null]",
          "\"Size\":-9223372036854775808");

  /// With each of these it drops the image.
  public static final List<String> REFUSED =
      List.of(
          "\"os\":1",
          "\"o\u017f\":1",
          "\"parent\":{}",
          "\"created\":1",
          "\"created\":\"\"",
          "\"created\":\"yesterday\"",
          "\"created\":\"2024-02-30T07:08:09Z\"",
          "\"created\":\"2024-05-06T24:08:09Z\"",
          "\"created\":\"2024-05-06 07:08:09Z\"",
          "\"created\":\"2024-05-06T07:08:09z\"",
          "\"size\":1.5",
          "\"size\":9223372036854775808",
          "\"size\":\"1\"",
          "\"os.features\":\"a\"",
          "\"config\":[]",
          "\"config\":{\"Env\":\"A=1\"}",
          "\"config\":{\"Env\":[1]}",
          "\"config\":{\"Cmd\":1}",
          "\"config\":{\"Labels\":{\"a\":1}}",
          "\"config\":{\"Volumes\":{\"/a\":1}}",
          "\"config\":{\"Tty\":\"true\"}",
          "\"config\":{\"Healthcheck\":{\"Interval\":1e9}}",
          "\"container_config\":{\"User\":0}",
          "\"history\":{}",
          "\"history\":[{\"empty_layer\":1}]",
          "\"history\":[{\"created\":\"\"}]",
          "\"rootfs\":{\"type\":1}",
          "\"rootfs\":null",
          "\"rootfs\":[]",
          "\"rootfs\":{\"diff_ids\":\"none\"}",
          "\"rootfs\":{\"diff_ids\":[1]}",
          "\"rootfs\":{\"diff_ids\":[\"sha256:12\"]}");

  private ConfigFields() {}
}
