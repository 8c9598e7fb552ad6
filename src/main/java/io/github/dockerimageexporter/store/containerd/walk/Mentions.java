package io.github.dockerimageexporter.store.containerd.walk;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.containerd.BlobFile;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Fault;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Role;
import io.github.dockerimageexporter.snapshot.containerd.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The blobs that one image names, while it is followed.
public final class Mentions {
  private final Map<Digest, Draft> drafts = new LinkedHashMap<>();

  private static final class Draft {
    private final Role role;
    private final long describedBytes;
    private Set<Node> needs = Set.of();
    private boolean fetched;
    private boolean unpacked;
    private Optional<Fault> fault = Optional.empty();

    Draft(Role role, long describedBytes) {
      this.role = role;
      this.describedBytes = describedBytes;
    }
  }

  /// Notes that the image names a blob; the first time counts.
  public void name(Digest blob, Role role, long describedBytes) {
    drafts.computeIfAbsent(blob, _ -> new Draft(role, describedBytes));
  }

  /// Notes that the engine has fetched a named blob.
  public void fetched(Digest blob) {
    draft(blob).fetched = true;
  }

  /// Notes that a named layer is unpacked.
  public void unpacked(Digest blob) {
    draft(blob).unpacked = true;
  }

  /// Notes that a named blob is of no use without something else.
  public void needs(Digest blob, Node other) {
    var draft = draft(blob);
    if (draft.needs.isEmpty()) {
      draft.needs = new LinkedHashSet<>();
    }
    draft.needs.add(other);
  }

  public void fault(Digest blob, Fault fault) {
    draft(blob).fault = Optional.of(fault);
  }

  /// All of them.
  ///
  /// @param records what the namespace has
  /// @param file what stands where a blob should be
  public List<Mention> toList(BlobRecords records, Function<Digest, BlobFile> file) {
    var all = new ArrayList<Mention>(drafts.size());
    drafts.forEach(
        (blob, draft) ->
            all.add(
                new Mention(
                    blob,
                    draft.role,
                    draft.describedBytes,
                    draft.needs.stream().filter(this::isFollowed).toList(),
                    draft.fetched,
                    draft.unpacked,
                    draft.fault,
                    records.of(blob),
                    file.apply(blob))));
    return List.copyOf(all);
  }

  /// Not if it is a blob that the walk has left out, since it names too many.
  private boolean isFollowed(Node node) {
    return !(node instanceof Node.Blob(Digest blob)) || drafts.containsKey(blob);
  }

  private Draft draft(Digest blob) {
    @Nullable Draft draft = drafts.get(blob);
    if (draft == null) {
      throw new IllegalStateException("nothing names " + blob);
    }
    return draft;
  }
}
