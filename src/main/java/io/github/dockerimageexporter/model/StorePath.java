package io.github.dockerimageexporter.model;

import java.nio.file.Path;

/// Where an object of a store is, and up to where symbolic links are followed on the way to it.
///
/// | path below the root                         | `own` | links are followed up to        |
/// |---------------------------------------------|-------|---------------------------------|
/// | `overlay2/<id>`                             | 1     | `overlay2`                      |
/// | `overlay2/<id>/diff`                        | 2     | `overlay2`                      |
/// | `…/layerdb/sha256/<hex>/tar-split.json.gz`  | 2     | `image/overlay2/layerdb/sha256` |
///
/// @param root the data root
/// @param path where it is; the root with what comes below it
/// @param own how many names at its end are the object's own
public record StorePath(Path root, Path path, int own) {

  /// A path of a store whose files may lie outside of the data root, as containerd's do.
  public static StorePath of(Path dataRoot, Path path, int own) {
    return new StorePath(path.startsWith(dataRoot) ? dataRoot : path.getRoot(), path, own);
  }

  /// The list that the object is in, relative to the root.
  public String list() {
    Path relative = root.relativize(path);
    int names = relative.getNameCount() - own;
    return names == 0 ? "" : relative.subpath(0, names).toString();
  }

  /// The object, relative to the root.
  public String relative() {
    return root.relativize(path).toString();
  }

  /// The object, relative to its list.
  public String object() {
    int names = path.getNameCount();
    return path.subpath(names - own, names).toString();
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
