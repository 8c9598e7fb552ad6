package io.github.dockerimageexporter.store.containerd.document;

import io.github.dockerimageexporter.model.Digest;
import io.github.dockerimageexporter.snapshot.containerd.NamedBlob.Fault;
import io.github.dockerimageexporter.store.containerd.document.BlobDocument.Form;
import io.github.dockerimageexporter.store.file.BeyondLimitException;
import java.util.function.UnaryOperator;

/// What reading a document has shown.
public sealed interface Reading {

  record Read(BlobDocument document) implements Reading {}

  record Faulty(Fault fault) implements Reading {}

  /// It cannot be read, or not whole.
  record Unread(String reason) implements Reading {}

  /// There is no such file.
  record Missing() implements Reading {}

  /// It is what was published, and says nothing that is known here: an artefact may look like an
  /// image's configuration without being one. containerd itself looks into indexes and manifests.
  record Unknown() implements Reading {}

  /// What `content` says, the content of the blob that is named `digest`.
  ///
  /// @param shared gives the digest that is kept already, or the same
  static Reading of(byte[] content, Digest digest, Form form, UnaryOperator<Digest> shared)
      throws BeyondLimitException {
    var actual = Digest.of(content);
    boolean published = actual.equals(digest);
    try {
      BlobDocument document = form.parse(content).sharing(shared);
      return published ? new Read(document) : new Faulty(new Fault.Changed(actual));
    } catch (IllegalArgumentException rejected) {
      String reason = String.valueOf(rejected.getMessage());
      if (published) {
        return form.isOfContainerd() ? new Faulty(new Fault.Mistaken(reason)) : new Unknown();
      }
      return isJson(content)
          ? new Faulty(new Fault.Changed(actual))
          : new Faulty(new Fault.Malformed(reason));
    }
  }

  private static boolean isJson(byte[] content) throws BeyondLimitException {
    try {
      var _ = Form.OTHER.parse(content);
      return true;
    } catch (IllegalArgumentException rejected) {
      return false;
    }
  }
}
