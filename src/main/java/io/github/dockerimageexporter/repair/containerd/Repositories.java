package io.github.dockerimageexporter.repair.containerd;

import static java.util.stream.Collectors.groupingBy;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.model.Quote;
import io.github.dockerimageexporter.model.Reference;
import io.github.dockerimageexporter.repair.plan.SafeNames;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Where blobs can be had again.
///
/// containerd labels a blob with the host and the path of the repository that it was pulled from or
/// pushed to, but not with the port. An image's name has that too. A name that no label agrees with
/// was given on this host alone, and is never asked for.
///
/// Source: containerd, `core/remotes/docker/handler.go`; distribution, `reference/normalize.go`.
final class Repositories {
  private static final String HUB = "docker.io";
  private static final Pattern PORT = Pattern.compile(":[0-9]+(?=/|$)");
  private static final Pattern HOST_NAME = Pattern.compile("[^:]*\\.[a-zA-Z][^:.]*");

  private final Map<ImageId, List<Reference>> references;
  private final Map<ImageId, Set<String>> sources = new HashMap<>();
  private final Set<String> named = new LinkedHashSet<>();
  private final Set<String> known = new HashSet<>();

  Repositories(ContainerdSnapshot store) {
    this.references =
        store.references().stream()
            .filter(reference -> reference.imageId().isPresent())
            .collect(groupingBy(reference -> reference.imageId().orElseThrow()));
    store.references().forEach(reference -> named.add(full(reference.repository())));
    for (NamedBlob blob : store.namedBlobs().values()) {
      known.addAll(blob.sources());
      blob.images()
          .forEach(
              image -> sources.computeIfAbsent(image, _ -> new HashSet<>()).addAll(blob.sources()));
    }
  }

  /// The repositories that may have a blob, the likeliest first.
  List<String> of(NamedBlob blob) {
    Stream<String> own = blob.sources().stream().sorted().flatMap(this::withPort);
    Stream<String> ofImages =
        blob.images().stream()
            .flatMap(
                image ->
                    references.getOrDefault(image, List.of()).stream()
                        .map(reference -> full(reference.repository()))
                        .filter(name -> matches(name, sources.getOrDefault(image, Set.of()))));
    return safe(Stream.concat(own, ofImages), blob.digest());
  }

  /// The repositories of `names` that anything in the store was pulled from or pushed to.
  List<String> of(List<Reference> names, Digest target) {
    return safe(
        names.stream().map(name -> full(name.repository())).filter(name -> matches(name, known)),
        target);
  }

  /// What a person calls an image.
  List<String> namesOf(ImageId image) {
    return references.getOrDefault(image, List.of()).stream().map(Reference::name).toList();
  }

  /// What to say of a blob that no repository is known to have.
  String noneHas(NamedBlob blob) {
    List<String> names = blob.images().stream().flatMap(image -> namesOf(image).stream()).toList();
    return "%s %s%s: no registry is known to have it. %s"
        .formatted(
            capital(blob.role().word()),
            blob.digest(),
            names.isEmpty() ? "" : " of " + Quote.names(names),
            "If you have an archive of the image (docker save), set ARCHIVE to its path when you"
                + " run the plan; otherwise remove the image and build it again.");
  }

  private static String capital(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  /// The repository of a label, as names of the store write it, or else with the port that they
  /// give its registry. Without one, a registry on loopback, or known by its address alone, is not
  /// asked.
  private Stream<String> withPort(String source) {
    List<String> found = named.stream().filter(name -> withoutPort(name).equals(source)).toList();
    if (!found.isEmpty()) {
      return found.stream();
    }
    String host = hostOf(source);
    List<String> registries =
        named.stream()
            .map(Repositories::hostOf)
            .filter(registry -> withoutPort(registry).equals(host))
            .distinct()
            .toList();
    if (registries.isEmpty()) {
      return HOST_NAME.matcher(host).matches() ? Stream.of(source) : Stream.empty();
    }
    return registries.stream().map(registry -> registry + source.substring(host.length()));
  }

  private static String hostOf(String repository) {
    return repository.substring(0, Math.max(repository.indexOf('/'), 0));
  }

  private static boolean matches(String name, Collection<String> sources) {
    return sources.contains(withoutPort(name));
  }

  private static List<String> safe(Stream<String> repositories, Digest digest) {
    return repositories
        .filter(name -> SafeNames.isReference(new Reference(name + "@" + digest, "")))
        .distinct()
        .toList();
  }

  private static String withoutPort(String name) {
    return PORT.matcher(name).replaceFirst("");
  }

  /// A repository with its registry, which Docker leaves out where it is the Hub.
  private static String full(String repository) {
    int slash = repository.indexOf('/');
    String first = slash < 0 ? "" : repository.substring(0, slash);
    if (first.contains(".") || first.contains(":") || first.equals("localhost")) {
      return repository;
    }
    return slash < 0 ? HUB + "/library/" + repository : HUB + "/" + repository;
  }
}
