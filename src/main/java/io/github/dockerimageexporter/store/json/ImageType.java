package io.github.dockerimageexporter.store.json;

import static io.github.dockerimageexporter.store.json.GoType.BOOL;
import static io.github.dockerimageexporter.store.json.GoType.INT64;
import static io.github.dockerimageexporter.store.json.GoType.NO_FIELDS;
import static io.github.dockerimageexporter.store.json.GoType.STRING;
import static io.github.dockerimageexporter.store.json.GoType.STRINGS;
import static io.github.dockerimageexporter.store.json.GoType.STRINGS_OR_STRING;
import static io.github.dockerimageexporter.store.json.GoType.TIME;
import static java.util.Map.entry;

import java.util.Map;

/// The fields of an image configuration that Docker knows and this program does not need: it drops
/// an image with one of another type. Those that not every release from 20.10 to 29 has are left
/// out.
///
/// Source: moby, `daemon/internal/image/image.go`, `api/types/container/config.go`; OCI image spec,
/// `config.md`.
final class ImageType {
  private static final GoType HEALTHCHECK =
      GoType.struct(
          Map.of(
              "test", STRINGS,
              "interval", INT64,
              "timeout", INT64,
              "startperiod", INT64,
              "retries", INT64));

  private static final GoType RUN_CONFIG =
      GoType.struct(
          Map.ofEntries(
              entry("hostname", STRING),
              entry("domainname", STRING),
              entry("user", STRING),
              entry("attachstdin", BOOL),
              entry("attachstdout", BOOL),
              entry("attachstderr", BOOL),
              entry("exposedports", GoType.map(NO_FIELDS)),
              entry("tty", BOOL),
              entry("openstdin", BOOL),
              entry("stdinonce", BOOL),
              entry("env", STRINGS),
              entry("cmd", STRINGS_OR_STRING),
              entry("healthcheck", HEALTHCHECK),
              entry("argsescaped", BOOL),
              entry("image", STRING),
              entry("volumes", GoType.map(NO_FIELDS)),
              entry("workingdir", STRING),
              entry("entrypoint", STRINGS_OR_STRING),
              entry("networkdisabled", BOOL),
              entry("onbuild", STRINGS),
              entry("labels", GoType.map(STRING)),
              entry("stopsignal", STRING),
              entry("stoptimeout", INT64),
              entry("shell", STRINGS_OR_STRING)));

  private static final GoType HISTORY =
      GoType.slice(
          GoType.struct(
              Map.of(
                  "created", TIME,
                  "author", STRING,
                  "created_by", STRING,
                  "comment", STRING,
                  "empty_layer", BOOL)));

  /// By folded names.
  static final Map<String, GoType> FIELDS =
      Map.ofEntries(
          entry("id", STRING),
          entry("parent", STRING),
          entry("comment", STRING),
          entry("container", STRING),
          entry("container_config", RUN_CONFIG),
          entry("docker_version", STRING),
          entry("author", STRING),
          entry("config", RUN_CONFIG),
          entry("size", INT64),
          entry("history", HISTORY),
          entry("os.version", STRING),
          entry("os.features", STRINGS));

  private ImageType() {}
}
