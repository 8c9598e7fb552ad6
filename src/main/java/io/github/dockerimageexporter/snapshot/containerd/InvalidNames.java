package io.github.dockerimageexporter.snapshot.containerd;

import io.github.dockerimageexporter.model.Quote;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The names of images that stand for no digest, for which Docker cannot list any image of the
/// host.
///
/// @param targets what each of them stands for instead, if it stands for anything; sorted
public record InvalidNames(Map<String, String> targets) {
  public static final InvalidNames NONE = new InvalidNames(Map.of());

  /// What is wrong, if there are any.
  Optional<String> reason() {
    if (targets.isEmpty()) {
      return Optional.empty();
    }
    List<String> names = List.copyOf(targets.keySet());
    String target = Objects.requireNonNull(targets.get(names.getFirst()));
    return Optional.of(
        "the target of %s is not a digest%s"
            .formatted(
                Quote.names(names),
                target.isEmpty() ? "" : ", but \"%s\"".formatted(Quote.of(target))));
  }
}
