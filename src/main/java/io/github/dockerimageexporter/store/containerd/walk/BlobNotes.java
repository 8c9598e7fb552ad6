package io.github.dockerimageexporter.store.containerd.walk;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.store.containerd.database.KnownRecords;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the walks over the images of a namespace have shown of each blob that they name.
public final class BlobNotes {
  private final BlobRecords records;
  private final Function<Digest, BlobFile> files;
  private final Map<Digest, Note> notes = new HashMap<>();

  /// @param files what stands where the content of a blob should be
  public BlobNotes(BlobRecords records, Function<Digest, BlobFile> files) {
    this.records = records;
    this.files = files;
  }

  /// What all images together have shown of a blob.
  private static final class Note {
    private final List<ImageId> images = new ArrayList<>(1);
    private Mention shown;

    /// Whether it is what the only image that names the blob has shown.
    private boolean isSole;

    private Note(Mention shown, boolean isSole) {
      this.shown = shown;
      this.isSole = isSole;
    }

    /// Images are followed one after the other, few of them twice.
    @SuppressWarnings("ReferenceEquality") // A walk that was not made again has the same mentions.
    void add(ImageId image, Mention mention) {
      if (images.isEmpty() || !images.getLast().equals(image)) {
        images.add(image);
      }
      isSole &= shown == mention && images.size() == 1;
      shown = shown.and(mention);
    }

    Optional<Mention> sole() {
      return isSole ? Optional.of(shown) : Optional.empty();
    }
  }

  /// Notes what the walk over `image` has met.
  public void add(ImageId image, List<Mention> mentions) {
    for (Mention mention : mentions) {
      notes.computeIfAbsent(mention.digest(), _ -> new Note(mention, true)).add(image, mention);
    }
  }

  /// Notes all blobs that something keeps, though no image names them. What a document names that
  /// is lost is still kept by the label that its record has.
  public void addKept(Ownership ownership) {
    Set<Digest> kept =
        records.own().keySet().stream()
            .filter(blob -> !isNamed(blob) && ownership.keeps(new Node.Blob(blob)))
            .collect(toSet());
    Map<Digest, Set<ImageId>> images =
        ownership.imagesThatKeep(kept.stream().filter(ownership::isKeptByImage).collect(toSet()));
    for (Digest blob : kept) {
      var note = new Note(kept(blob), false);
      note.images.addAll(images.getOrDefault(blob, Set.of()));
      notes.put(blob, note);
    }
  }

  private Mention kept(Digest blob) {
    BlobRecord record = Objects.requireNonNull(records.of(blob));
    return new Mention(
        blob,
        Role.KEPT,
        record.sizeBytes(),
        List.of(),
        false,
        false,
        Optional.empty(),
        record,
        files.apply(blob));
  }

  public boolean isNamed(Digest blob) {
    return notes.containsKey(blob);
  }

  /// What the notes of a pass have come to.
  ///
  /// @param blobs all that are named, sorted
  /// @param soles of each, what the only image that names it has shown, if it is only one
  public record Named(List<NamedBlob> blobs, List<Optional<Mention>> soles) {
    public static final Named NONE = new Named(List.of(), List.of());
  }

  /// What has been noted by now, of all blobs.
  ///
  /// @param last what those of the pass before have come to: what is the same is the very object
  public Named toNamed(Ownership ownership, Named last) {
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
      soles.add(note.sole());
    }
    return new Named(Collections.unmodifiableList(named), Collections.unmodifiableList(soles));
  }

  /// @param known one of the pass before
  /// @param sole what the only image that named it has shown
  private NamedBlob blob(
      Digest digest, Note note, Ownership ownership, NamedBlob known, Optional<Mention> sole) {
    return isAsBefore(note, sole)
            && known.digest().equals(digest)
            && known.recordedElsewhere() == records.foreign().contains(digest)
            && known.unprotected().equals(unprotected(digest, note, ownership))
        ? known
        : KnownRecords.same(known, blob(digest, note, ownership));
  }

  @SuppressWarnings("ReferenceEquality") // A walk that was not made again has the same mentions.
  private static boolean isAsBefore(Note note, Optional<Mention> sole) {
    return note.isSole && note.shown == sole.orElse(null);
  }

  private NamedBlob blob(Digest digest, Note note, Ownership ownership) {
    Mention shown = note.shown;
    @Nullable BlobRecord record = shown.record();
    return new NamedBlob(
        digest,
        shown.role(),
        sorted(note.images),
        shown.describedBytes(),
        record == null ? OptionalLong.empty() : OptionalLong.of(record.sizeBytes()),
        records.foreign().contains(digest),
        shown.file(),
        shown.fetched(),
        shown.unpacked(),
        unprotected(digest, note, ownership),
        record == null ? Set.of() : record.sources(),
        record == null ? Long.MAX_VALUE : record.createdSeconds(),
        shown.fault());
  }

  /// Most are named by one image.
  private static List<ImageId> sorted(List<ImageId> images) {
    return images.size() == 1
        ? List.of(images.getFirst())
        : images.stream().distinct().sorted().toList();
  }

  private List<Node> unprotected(Digest digest, Note note, Ownership ownership) {
    List<Node> needs = note.shown.needs();
    if (needs.isEmpty() || !records.has(digest) || !ownership.keeps(new Node.Blob(digest))) {
      return List.of();
    }
    Set<Digest> labelled = records.labelsOf(digest).blobs();
    boolean labelsAll = records.dockers() && note.shown.role() != Role.INDEX && !labelled.isEmpty();
    return needs.stream()
        .filter(
            needed ->
                !ownership.keeps(needed)
                    || (labelsAll
                        && needed instanceof Node.Blob(Digest blob)
                        && !labelled.contains(blob)))
        .filter(needed -> !(needed instanceof Node.Blob(Digest blob)) || records.has(blob))
        .sorted(Comparator.comparing(Node::toString))
        .toList();
  }
}
