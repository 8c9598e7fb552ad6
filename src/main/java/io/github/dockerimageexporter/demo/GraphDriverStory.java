package io.github.dockerimageexporter.demo;

import io.github.dockerimageexporter.model.CacheId;
import io.github.dockerimageexporter.model.ChainId;
import io.github.dockerimageexporter.model.ImageId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// An image comes, a chain breaks and heals, an image goes: in the store of a graph driver. One
/// image has a layer's files twice, so that the upper ones hide the lower.
final class GraphDriverStory implements Demo.Story {
  private static final ChainId RUNTIME = SampleStore.chainId("base", "runtime");
  private static final CacheId SHOP = SampleStore.cacheId("base", "runtime", "shop-1");

  private final Path home;
  private final SampleStore store;
  private final List<Demo.Step> steps =
      List.of(
          new Demo.Step("Image shop:2 is added; it shares two layers with shop:1", this::addImage),
          new Demo.Step("The diff ID of a layer below both shops is edited", this::editDiffId),
          new Demo.Step("The diff ID is restored", this::restoreDiffId),
          new Demo.Step(
              "The content of the topmost layer of shop:1 is moved away", this::hideContent),
          new Demo.Step("The content is moved back", this::restoreContent),
          new Demo.Step(
              "Image shop:2 is removed, with the one layer that only it used", this::removeImage));
  private Optional<ImageId> newShop = Optional.empty();

  /// @param home a directory that the data root is made in
  GraphDriverStory(Path home) {
    this.home = home;
    store = new SampleStore(home.resolve("docker"));
    store.image("base:1", "base");
    ImageId shop = store.image("shop:1", "base", "runtime", "shop-1");
    store.tag("shop:latest", shop);
    store.container("shop", shop);
    store.image("localhost:5000/tool:3", "base", "compiler", "tool", "compiler");
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

  private void editDiffId() {
    writeDiffId("edited");
  }

  private void restoreDiffId() {
    writeDiffId("runtime");
  }

  private void writeDiffId(String word) {
    Path diff = store.layer(RUNTIME).resolve("diff");
    StoreFiles.replace(diff, SampleStore.diffId(word).toString(), StoreFiles.PUBLIC_FILE);
  }

  private void hideContent() {
    StoreFiles.rename(store.content(SHOP), hidden());
  }

  private void restoreContent() {
    StoreFiles.rename(hidden(), store.content(SHOP));
  }

  private Path hidden() {
    return home.resolve("hidden");
  }
}
