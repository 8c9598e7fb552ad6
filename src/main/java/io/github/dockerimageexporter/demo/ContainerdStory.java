package io.github.dockerimageexporter.demo;

import io.github.dockerimageexporter.model.ImageId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An image is pulled, a manifest and a snapshot are lost and come back, an image goes: in
/// containerd's store. One image is partial all the time.
final class ContainerdStory implements Demo.Story {
  private final Path home;
  private final ContainerdSampleStore store;
  private final ImageId shop;
  private final List<Demo.Step> steps =
      List.of(
          new Demo.Step("Image shop:2 is pulled; it shares two layers with shop:1", this::addImage),
          new Demo.Step(
              "The manifest of shop:1 is lost: docker images fails for the whole host",
              this::hideManifest),
          new Demo.Step("The manifest is put back", this::restoreManifest),
          new Demo.Step(
              "The snapshot of the topmost layer of shop:1 is moved away", this::hideSnapshot),
          new Demo.Step("The snapshot is moved back", this::restoreSnapshot),
          new Demo.Step(
              "Image shop:2 is removed, with the blobs and the snapshot that only it used",
              this::removeImage));
  private Optional<ImageId> newShop = Optional.empty();

  /// @param home a directory that the data root is made in
  ContainerdStory(Path home) {
    this.home = home;
    store = new ContainerdSampleStore(home.resolve("docker"));
    store.image("base:1", "base");
    shop = store.image("shop:1", "base", "runtime", "shop-1");
    store.partialImage("tool:3", "base", "compiler", "tool");
  }

  @Override
  public Path dataRoot() {
    return store.dataRoot();
  }

  @Override
  public List<Demo.Step> steps() {
    return steps;
  }

  private void addImage() {
    newShop = Optional.of(store.image("shop:2", "base", "runtime", "shop-2"));
  }

  private void removeImage() {
    newShop.ifPresent(store::remove);
    newShop = Optional.empty();
  }

  private void hideManifest() {
    StoreFiles.rename(store.blob(shop.digest()), hidden());
  }

  private void restoreManifest() {
    StoreFiles.rename(hidden(), store.blob(shop.digest()));
  }

  private void hideSnapshot() {
    StoreFiles.rename(snapshot(), hidden());
  }

  private void restoreSnapshot() {
    StoreFiles.rename(hidden(), snapshot());
  }

  private Path snapshot() {
    return store.snapshot("base", "runtime", "shop-1");
  }

  private Path hidden() {
    return home.resolve("hidden");
  }
}
