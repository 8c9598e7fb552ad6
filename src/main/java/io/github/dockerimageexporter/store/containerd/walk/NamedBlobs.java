package io.github.dockerimageexporter.store.containerd.walk;

import static java.util.stream.Collectors.toSet;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.model.ImageId;
import io.github.dockerimageexporter.persistent.PersistentMap;
import io.github.dockerimageexporter.snapshot.StoreSnapshot.Keys;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.Holders;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import io.github.dockerimageexporter.snapshot.containerd.ReferenceGraph;
import io.github.dockerimageexporter.store.containerd.database.Namespace.BlobRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The blobs that the images of a namespace name, and those that something else keeps, followed
/// from pass to pass. What a blob needs, the image that names it names too, or it is a snapshot
/// that is there. For one thread.
///
/// | a blob is made again if             | since                                              |
/// |-------------------------------------|----------------------------------------------------|
/// | the walk of an image is another     | that says what it is, with its record and file     |
/// | it is kept now, or not any more     | only what is kept needs to keep others             |
/// | it needs what is not kept any more  | that is unprotected now                            |
/// | it leaves something unprotected     | that may be kept now, or gone                      |
/// | a record of it has come or gone     |                                                    |
/// | no image names it                   | there are few, and many things say whose they are  |
public final class NamedBlobs {
  /// Of an image's mentions: more of them are not searched one after the other.
  private static final int FEW = 100;

  private PersistentMap<ImageId, List<Mention>> mentions = PersistentMap.empty(Keys.IMAGES);
  private PersistentMap<Digest, BlobRecord> own = PersistentMap.empty(NamedBlob.KEYS);
  private PersistentMap<Digest, BlobRecord> foreign = PersistentMap.empty(NamedBlob.KEYS);
  private PersistentMap<Node, Holders> kept = ReferenceGraph.NOTHING_KEPT;
  private PersistentMap<Digest, NamedBlob> blobs = PersistentMap.empty(NamedBlob.KEYS);

  /// Those that no image names.
  private final Set<Digest> unnamed = new HashSet<>();

  /// Those that leave something unprotected.
  private final Set<Digest> unprotecting = new HashSet<>();

  /// What a pass makes them of.
  ///
  /// @param mentions what the walk over each image has shown
  /// @param foreign the blobs that other namespaces have a record of
  /// @param dockers whether the records are dockerd's
  /// @param files what stands where the content of a blob should be
  public record Sources(
      PersistentMap<ImageId, List<Mention>> mentions,
      PersistentMap<Digest, BlobRecord> foreign,
      Ownership ownership,
      boolean dockers,
      Function<Digest, BlobFile> files) {
    private PersistentMap<Digest, BlobRecord> own() {
      return ownership.namespace().blobs();
    }

    private BlobRecords records() {
      return new BlobRecords(own(), foreign.keySet(), dockers);
    }
  }

  /// Those of a pass.
  public PersistentMap<Digest, NamedBlob> of(Sources now) {
    var pass = new Pass(now);
    Set<Digest> reached = new HashSet<>(unnamed);
    reached.addAll(unprotecting);
    pass.reachByMentions(reached);
    now.own().changesSince(own, (blob, _, _) -> reached.add(blob));
    now.foreign().changesSince(foreign, (blob, _, _) -> reached.add(blob));
    pass.reachByOwners(reached);
    mentions = now.mentions();
    own = now.own();
    foreign = now.foreign();
    kept = now.ownership().graph().kept();
    pass.make(reached);
    return blobs;
  }

  /// One pass, with what it has looked up.
  private final class Pass {
    private final Sources now;
    private final BlobRecords records;

    /// By blob, the images with another walk that name it, and what that has shown.
    private final Map<Digest, Map<ImageId, Mention>> come = new HashMap<>();

    /// The mentions of images that have many.
    private final Map<ImageId, Map<Digest, Mention>> many = new HashMap<>();

    private Pass(Sources now) {
      this.now = now;
      this.records = now.records();
    }

    void reachByMentions(Set<Digest> reached) {
      now.mentions()
          .changesSince(
              mentions,
              (image, before, is) -> {
                if (before != null) {
                  before.forEach(mention -> reached.add(mention.digest()));
                }
                if (is != null) {
                  is.forEach(mention -> come(image, mention));
                }
              });
      reached.addAll(come.keySet());
    }

    private void come(ImageId image, Mention mention) {
      come.computeIfAbsent(mention.digest(), _ -> new TreeMap<>())
          .merge(image, mention, Mention::and);
    }

    void reachByOwners(Set<Digest> reached) {
      Ownership ownership = now.ownership();
      Set<Node> lost = new HashSet<>();
      ownership
          .graph()
          .kept()
          .changesSince(
              kept,
              (node, before, is) -> {
                if ((before == null || is == null) && node instanceof Node.Blob(Digest blob)) {
                  reached.add(blob);
                }
                if (is == null && ownership.isRecorded(node)) {
                  lost.add(node);
                }
              });
      if (!lost.isEmpty()) {
        now.mentions().values().stream()
            .flatMap(List::stream)
            .filter(mention -> mention.needs().stream().anyMatch(lost::contains))
            .forEach(mention -> reached.add(mention.digest()));
      }
    }

    void make(Set<Digest> reached) {
      PersistentMap<Digest, NamedBlob>.Editor editor = blobs.edit();
      Set<Digest> others = new HashSet<>();
      for (Digest digest : reached) {
        Map<ImageId, Mention> shown = shown(digest);
        if (shown.isEmpty()) {
          others.add(digest);
        } else {
          unnamed.remove(digest);
          put(editor, blob(List.copyOf(shown.keySet()), together(shown.values())));
        }
      }
      others.stream().filter(blob -> !isKept(blob)).forEach(blob -> forget(editor, blob));
      others.removeIf(blob -> !isKept(blob));
      Map<Digest, Set<ImageId>> images =
          now.ownership()
              .imagesThatKeep(
                  others.stream().filter(now.ownership()::isKeptByImage).collect(toSet()));
      for (Digest blob : others) {
        unnamed.add(blob);
        put(editor, blob(List.copyOf(images.getOrDefault(blob, Set.of())), keptAlone(blob)));
      }
      blobs = editor.done();
    }

    private boolean isKept(Digest blob) {
      return records.has(blob) && now.ownership().keeps(new Node.Blob(blob));
    }

    private void put(PersistentMap<Digest, NamedBlob>.Editor editor, NamedBlob blob) {
      editor.put(blob.digest(), blob);
      if (blob.unprotected().isEmpty()) {
        unprotecting.remove(blob.digest());
      } else {
        unprotecting.add(blob.digest());
      }
    }

    private void forget(PersistentMap<Digest, NamedBlob>.Editor editor, Digest blob) {
      editor.remove(blob);
      unnamed.remove(blob);
      unprotecting.remove(blob);
    }

    /// What each image that names a blob has shown of it, sorted.
    private Map<ImageId, Mention> shown(Digest digest) {
      Map<ImageId, Mention> shown = come.getOrDefault(digest, new TreeMap<>());
      @Nullable NamedBlob known = blobs.get(digest);
      if (known != null && known.role() != Role.KEPT) {
        for (ImageId image : known.images()) {
          if (!shown.containsKey(image)) {
            find(image, digest).ifPresent(mention -> shown.put(image, mention));
          }
        }
      }
      return shown;
    }

    private Optional<Mention> find(ImageId image, Digest digest) {
      List<Mention> all = now.mentions().getOrDefault(image, List.of());
      return all.size() > FEW
          ? Optional.ofNullable(many.computeIfAbsent(image, _ -> byDigest(all)).get(digest))
          : all.stream().filter(mention -> mention.digest().equals(digest)).reduce(Mention::and);
    }

    private static Map<Digest, Mention> byDigest(List<Mention> all) {
      var byDigest = HashMap.<Digest, Mention>newHashMap(all.size());
      all.forEach(mention -> byDigest.merge(mention.digest(), mention, Mention::and));
      return byDigest;
    }

    private static Mention together(Collection<Mention> shown) {
      return shown.stream().reduce(Mention::and).orElseThrow();
    }

    /// What a document names that is lost is still kept by the label that its record has.
    private Mention keptAlone(Digest blob) {
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
          now.files().apply(blob));
    }

    private NamedBlob blob(List<ImageId> images, Mention shown) {
      @Nullable BlobRecord record = shown.record();
      return new NamedBlob(
          shown.digest(),
          shown.role(),
          images,
          shown.describedBytes(),
          record == null ? OptionalLong.empty() : OptionalLong.of(record.sizeBytes()),
          records.foreign().contains(shown.digest()),
          shown.file(),
          shown.fetched(),
          shown.unpacked(),
          unprotected(shown),
          record == null ? Set.of() : record.sources(),
          record == null ? Long.MAX_VALUE : record.createdSeconds(),
          shown.fault());
    }

    private List<Node> unprotected(Mention shown) {
      List<Node> needs = shown.needs();
      if (needs.isEmpty() || !isKept(shown.digest())) {
        return List.of();
      }
      Set<Digest> labelled = records.labelsOf(shown.digest()).blobs();
      boolean labelsAll = records.dockers() && shown.role() != Role.INDEX && !labelled.isEmpty();
      var unprotected = new ArrayList<Node>();
      for (Node needed : needs) {
        boolean isUnlabelled =
            labelsAll && needed instanceof Node.Blob(Digest blob) && !labelled.contains(blob);
        boolean isHere = !(needed instanceof Node.Blob(Digest blob)) || records.has(blob);
        if (isHere && (isUnlabelled || !now.ownership().keeps(needed))) {
          unprotected.add(needed);
        }
      }
      unprotected.sort(Comparator.comparing(Node::toString));
      return List.copyOf(unprotected);
    }
  }
}
