package io.github.dockerimageexporter.engine;

import io.github.dockerimageexporter.engine.machine.Program;
import java.io.IOException;
import java.nio.file.Path;

/// Files, and layers, that few images have.
public final class OddFiles {
  /// The upper layer hides all that is in a directory of the lower one.
  private static final String OPAQUE =
      """
      mkdir -p 1/d; echo hidden >1/d/hidden
      mkdir -p 2/d; : >2/d/.wh..wh..opq; echo new >2/d/new
      """;

  private OddFiles() {}

  /// An archive of `opaque:1`, whose upper layer hides a whole directory of the lower one.
  public static Path opaqueArchiveIn(Path directory) throws IOException, InterruptedException {
    return archiveIn(directory, "opaque", OPAQUE);
  }

  /// A tar of files that few layers have: setuid, devices, long names, names that are not UTF-8,
  /// owners, another name for a device, and the header that git writes.
  public static Path tarIn(Path directory) throws IOException, InterruptedException {
    Path tar = directory.resolve("odd.tar");
    String script =
        """
        set -e
        mkdir -m 1770 "$1.d"; cd "$1.d"
        long=$(printf 'n%.0s' $(seq 200)); mkdir -p "$long/$long"; echo long >"$long/$long/$long"
        echo bytes >"$(printf 'bad\\377\\376')"; echo unicode >"$(printf 'caf\\303\\251')"
        echo setuid >setuid; chmod 6755 setuid; mkdir -m 1777 sticky; echo owned >owned
        chown 1234:70000 owned; mknod null c 1 3; mknod loop b 7 9; mkfifo pipe; ln null other
        ln -s "$long/$long" link; : >empty; head -c 3000000 /dev/urandom >large
        tar --format=pax --pax-option=globexthdr.name=g,comment=x --numeric-owner -cf "$1" .
        """;
    Program.of("bash", "-c", script, "odd", tar.toString()).run();
    return tar;
  }

  /// An archive for `docker load` of the image `<name>:1`, which no engine would make so.
  ///
  /// @param layers a script that makes a directory for each layer, in the order of their names
  public static Path archiveIn(Path directory, String name, String layers)
      throws IOException, InterruptedException {
    Path archive = directory.resolve(name + ".tar");
    String script =
        """
        set -e
        mkdir "$1.d"; cd "$1.d"
        eval "$3"
        for layer in *; do tar --owner=0 --group=0 --sort=name -cf $layer.tar -C $layer $(ls -A $layer); done
        list() { printf '"%s"\n' $1 | paste -sd ,; }
        ids=$(for tar in *.tar; do echo "sha256:$(sha256sum $tar | cut -d ' ' -f 1)"; done)
        tars=$(ls *.tar)
        echo '{"architecture":"amd64","os":"linux","created":"2026-01-02T03:04:05Z","config":{},' \
          '"rootfs":{"type":"layers","diff_ids":'"[$(list "$ids")]}}" >config.json
        echo "[{\\"Config\\":\\"config.json\\",\\"RepoTags\\":[\\"$2:1\\"],\\"Layers\\":[$(list "$tars")]}]" \
          >manifest.json
        tar -cf "$1" *.json *.tar
        """;
    Program.of("bash", "-c", script, "archive", archive.toString(), name, layers).run();
    return archive;
  }
}
