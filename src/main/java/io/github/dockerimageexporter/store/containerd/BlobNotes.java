package io.github.dockerimageexporter.store.containerd;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.containerd.ImageContent.Sized;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Fault;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.store.containerd.database.GcLabels;
import io.github.dockerimageexporter.store.containerd.database.KnownRecords;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import io.github.dockerimageexporter.store.containerd.document.Descriptor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the walk over the images of a namespace notes of each blob that they name.
final class BlobNotes {
  private final Map<Digest, BlobRecord> records;
  private final Set<Digest> foreign;
  private final ContentStore.Pass content;
  private final boolean dockers;
  private final Map<Digest, Note> notes = new HashMap<>();

  /// @param foreign the blobs that other namespaces have a record of
  /// @param dockers whether they are dockerd's, which labels all that is named by a manifest, or
  ///     nothing
  BlobNotes(
      Map<Digest, BlobRecord> records,
      Set<Digest> foreign,
      ContentStore.Pass content,
      boolean dockers) {
    this.dockers = dockers;
    this.records = records;
    this.foreign = foreign;
    this.content = content;
  }

  private static final class Note {
    private final Role role;
    private final long describedBytes;
    private final List<ImageId> images = new ArrayList<>(1);
    private Set<Node> needs = Set.of();
    private boolean fetched;
    private boolean unpacked;
    private Optional<Fault> fault = Optional.empty();

    Note(Role role, long describedBytes) {
      this.role = role;
      this.describedBytes = describedBytes;
    }

    /// Images are followed one after the other, few of them twice.
    void name(ImageId image) {
      if (images.isEmpty() || !images.getLast().equals(image)) {
        images.add(image);
      }
    }

    void need(Node other) {
      if (needs.isEmpty()) {
        needs = new LinkedHashSet<>();
      }
      needs.add(other);
    }
  }

  /// Notes that `image` names a blob; returns whether the namespace has a record of it.
  boolean name(ImageId image, Descriptor blob, Role role) {
    notes.computeIfAbsent(blob.digest(), _ -> new Note(role, blob.sizeBytes())).name(image);
    return isRecorded(blob.digest());
  }

  /// Notes all blobs that something keeps, though no image names them. What a document names that
  /// is lost is still kept by the label that its record has.
  void addKept(Ownership ownership) {
    Set<Digest> kept =
        records.keySet().stream()
            .filter(blob -> !isNamed(blob) && ownership.keeps(new Node.Blob(blob)))
            .collect(toSet());
    Map<Digest, Set<ImageId>> images =
        ownership
            .graph()
            .imagesThatKeep(kept.stream().filter(ownership::isKeptByImage).collect(toSet()));
    for (Digest blob : kept) {
      var note = new Note(Role.KEPT, Objects.requireNonNull(records.get(blob)).sizeBytes());
      note.images.addAll(images.getOrDefault(blob, Set.of()));
      notes.put(blob, note);
    }
  }

  boolean isRecorded(Digest blob) {
    return records.containsKey(blob);
  }

  GcLabels labelsOf(Digest blob) {
    @Nullable BlobRecord record = records.get(blob);
    return record == null ? GcLabels.NONE : record.labels();
  }

  /// Notes that the engine has fetched a named blob.
  void fetched(Digest blob) {
    note(blob).fetched = true;
  }

  /// Notes that a named layer is unpacked.
  void unpacked(Digest blob) {
    note(blob).unpacked = true;
  }

  /// What is here of what a manifest names, itself first, as often as it is named.
  List<Sized> present(Descriptor manifest, Descriptor config, List<Descriptor> layers) {
    Stream<Descriptor> named = Stream.concat(Stream.of(config), layers.stream());
    return Stream.concat(Stream.of(manifest), named.filter(it -> isRecorded(it.digest())))
        .map(blob -> new Sized(blob.digest(), blob.sizeBytes()))
        .toList();
  }

  /// Notes that a named blob is of no use without some others.
  void needs(Digest blob, List<Descriptor> others) {
    others.forEach(other -> needs(blob, new Node.Blob(other.digest())));
  }

  /// Notes that a named blob is of no use without something else.
  void needs(Digest blob, Node other) {
    note(blob).need(other);
  }

  boolean isNamed(Digest blob) {
    return notes.containsKey(blob);
  }

  void fault(Digest blob, Fault fault) {
    note(blob).fault = Optional.of(fault);
  }

  private Note note(Digest blob) {
    @Nullable Note note = notes.get(blob);
    if (note == null) {
      throw new IllegalStateException("nothing names " + blob);
    }
    return note;
  }

  /// All that are named, sorted.
  ///
  /// @param last those of the pass before: what is the same is the very object
  List<NamedBlob> toList(Ownership ownership, List<NamedBlob> last) {
    var named = new ArrayList<NamedBlob>(notes.size());
    int before = 0;
    for (Digest digest : notes.keySet().stream().sorted().toList()) {
      while (before < last.size() && last.get(before).digest().compareTo(digest) < 0) {
        before++;
      }
      NamedBlob blob = blob(digest, note(digest), ownership);
      named.add(before < last.size() ? KnownRecords.same(last.get(before), blob) : blob);
    }
    return Collections.unmodifiableList(named);
  }

  private NamedBlob blob(Digest digest, Note note, Ownership ownership) {
    @Nullable BlobRecord record = records.get(digest);
    return new NamedBlob(
        digest,
        note.role,
        sorted(note.images),
        note.describedBytes,
        record == null ? OptionalLong.empty() : OptionalLong.of(record.sizeBytes()),
        foreign.contains(digest),
        content.file(digest),
        note.fetched,
        note.unpacked,
        record == null ? List.of() : unprotected(digest, note, record.labels(), ownership),
        record == null ? Set.of() : record.sources(),
        record == null ? Long.MAX_VALUE : record.createdSeconds(),
        note.fault);
  }

  /// Most are named by one image.
  private static List<ImageId> sorted(List<ImageId> images) {
    return images.size() == 1
        ? List.of(images.getFirst())
        : images.stream().distinct().sorted().toList();
  }

  private List<Node> unprotected(Digest digest, Note note, GcLabels labels, Ownership ownership) {
    if (note.needs.isEmpty() || !ownership.keeps(new Node.Blob(digest))) {
      return List.of();
    }
    boolean labelsAll = dockers && note.role != Role.INDEX && !labels.blobs().isEmpty();
    return note.needs.stream()
        .filter(
            needed ->
                !ownership.keeps(needed)
                    || (labelsAll
                        && needed instanceof Node.Blob(Digest blob)
                        && !labels.blobs().contains(blob)))
        .filter(needed -> !(needed instanceof Node.Blob(Digest blob)) || isRecorded(blob))
        .sorted(Comparator.comparing(Node::toString))
        .toList();
  }
}
