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
import io.github.dockerimageexporter.store.containerd.walk.Mention;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The records of blobs in a namespace, and what the walks over its images have shown of each blob
/// that they name.
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

  /// What all images together have shown of a blob.
  private static final class Note {
    private final Role role;
    private final long describedBytes;
    private final List<ImageId> images = new ArrayList<>(1);
    private Optional<Mention> sole;
    private List<Node> needs = List.of();
    private boolean fetched;
    private boolean unpacked;
    private Optional<Fault> fault = Optional.empty();

    Note(Role role, long describedBytes, Optional<Mention> sole) {
      this.role = role;
      this.describedBytes = describedBytes;
      this.sole = sole;
    }

    /// Images are followed one after the other, few of them twice.
    @SuppressWarnings("ReferenceEquality") // A walk that was not made again has the same mentions.
    void add(ImageId image, Mention mention) {
      if (images.isEmpty() || !images.getLast().equals(image)) {
        images.add(image);
      }
      sole = sole.filter(first -> first == mention && images.size() == 1);
      fetched |= mention.fetched();
      unpacked |= mention.unpacked();
      fault = mention.fault().or(() -> fault);
      if (needs.isEmpty()) {
        needs = mention.needs();
      } else if (!needs.equals(mention.needs())) {
        needs = Stream.concat(needs.stream(), mention.needs().stream()).distinct().toList();
      }
    }
  }

  /// Notes what the walk over `image` has met.
  void add(ImageId image, List<Mention> mentions) {
    for (Mention mention : mentions) {
      notes
          .computeIfAbsent(
              mention.digest(),
              _ -> new Note(mention.role(), mention.describedBytes(), Optional.of(mention)))
          .add(image, mention);
    }
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
      var note =
          new Note(
              Role.KEPT, Objects.requireNonNull(records.get(blob)).sizeBytes(), Optional.empty());
      note.images.addAll(images.getOrDefault(blob, Set.of()));
      notes.put(blob, note);
    }
  }

  Map<Digest, BlobRecord> records() {
    return records;
  }

  boolean isRecorded(Digest blob) {
    return records.containsKey(blob);
  }

  GcLabels labelsOf(Digest blob) {
    @Nullable BlobRecord record = records.get(blob);
    return record == null ? GcLabels.NONE : record.labels();
  }

  /// Whether a manifest that the engine has given a name has no labels, which it never leaves so.
  boolean hasLostLabels(Digest manifest) {
    return dockers && labelsOf(manifest).blobs().isEmpty();
  }

  /// What is here of what a manifest names, itself first, as often as it is named.
  List<Sized> present(Descriptor manifest, Descriptor config, List<Descriptor> layers) {
    Stream<Descriptor> named = Stream.concat(Stream.of(config), layers.stream());
    return Stream.concat(Stream.of(manifest), named.filter(it -> isRecorded(it.digest())))
        .map(BlobNotes::sized)
        .toList();
  }

  static Sized sized(Descriptor blob) {
    return new Sized(blob.digest(), blob.sizeBytes());
  }

  boolean isNamed(Digest blob) {
    return notes.containsKey(blob);
  }

  /// What the notes of a pass have come to.
  ///
  /// @param blobs all that are named, sorted
  /// @param soles of each, what the only image that names it has shown, if it is only one
  record Named(List<NamedBlob> blobs, List<Optional<Mention>> soles) {
    static final Named NONE = new Named(List.of(), List.of());
  }

  /// @param last what those of the pass before have come to: what is the same is the very object
  Named toNamed(Ownership ownership, Named last) {
    var named = new ArrayList<NamedBlob>(notes.size());
    var soles = new ArrayList<Optional<Mention>>(notes.size());
    int before = 0;
    for (Digest digest : notes.keySet().stream().sorted().toList()) {
      while (before < last.blobs().size()
          && last.blobs().get(before).digest().compareTo(digest) < 0) {
        before++;
      }
      Note note = Objects.requireNonNull(notes.get(digest));
      named.add(
          before < last.blobs().size()
              ? blob(digest, note, ownership, last.blobs().get(before), last.soles().get(before))
              : blob(digest, note, ownership));
      soles.add(note.sole);
    }
    return new Named(Collections.unmodifiableList(named), Collections.unmodifiableList(soles));
  }

  /// @param known one of the pass before
  /// @param sole what the only image that named it has shown
  private NamedBlob blob(
      Digest digest, Note note, Ownership ownership, NamedBlob known, Optional<Mention> sole) {
    return isAsBefore(note, sole)
            && known.digest().equals(digest)
            && known.recordedElsewhere() == foreign.contains(digest)
            && known.unprotected().equals(unprotected(digest, note, ownership))
        ? known
        : KnownRecords.same(known, blob(digest, note, ownership));
  }

  @SuppressWarnings("ReferenceEquality") // A walk that was not made again has the same mentions.
  private static boolean isAsBefore(Note note, Optional<Mention> sole) {
    return note.sole.isPresent() && sole.isPresent() && note.sole.get() == sole.get();
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
        unprotected(digest, note, ownership),
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

  private List<Node> unprotected(Digest digest, Note note, Ownership ownership) {
    if (note.needs.isEmpty() || !isRecorded(digest) || !ownership.keeps(new Node.Blob(digest))) {
      return List.of();
    }
    Set<Digest> labelled = labelsOf(digest).blobs();
    boolean labelsAll = dockers && note.role != Role.INDEX && !labelled.isEmpty();
    return note.needs.stream()
        .filter(
            needed ->
                !ownership.keeps(needed)
                    || (labelsAll
                        && needed instanceof Node.Blob(Digest blob)
                        && !labelled.contains(blob)))
        .filter(needed -> !(needed instanceof Node.Blob(Digest blob)) || isRecorded(blob))
        .sorted(Comparator.comparing(Node::toString))
        .toList();
  }
}
