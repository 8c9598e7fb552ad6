package io.github.dockerimageexporter.check.containerd;

import static java.util.Map.entry;

import io.github.dockerimageexporter.check.Checker.Advice;
import io.github.dockerimageexporter.check.Kind;
import io.github.dockerimageexporter.snapshot.containerd.ContainerdSnapshot;
import java.util.Map;

/// What to do first in containerd's store, where pulls and removals mend other things than in the
/// store of a graph driver.
public final class ContainerdAdvice {
  private static final String FETCH = Kind.BLOB_MISSING.firstAid();

  private static final String UNPACKED =
      "the images run with other files than they were built with, and no pull repairs it; the plan"
          + " unpacks the layer again from its blob";

  private static final String COLLECTED =
      "nothing needs to be done: containerd removes it a few seconds after the next removal of an"
          + " image";

  public static final Advice ADVICE =
      new Advice(
          ContainerdSnapshot.class,
          Map.ofEntries(
              entry(Kind.IMAGE_CONFIG_INVALID, FETCH),
              entry(Kind.IMAGE_CONFIG_DIGEST_MISMATCH, FETCH),
              entry(
                  Kind.LAYER_MISSING,
                  "nothing needs to be done if the image's blobs are there: Docker unpacks the"
                      + " layer again when it needs it"),
              entry(
                  Kind.REFERENCES_INVALID,
                  "in Docker's namespace docker images or docker system df fails for the whole host"
                      + " until the name is removed: ctr -n NAMESPACE images rm NAME, then pull or"
                      + " build the image again"),
              entry(Kind.REFERENCE_DANGLING, "pull or build the image again under this name"),
              entry(
                  Kind.LAYER_METADATA_INVALID,
                  "images run, only the sizes that Docker prints are wrong; nothing needs to be"
                      + " done"),
              entry(
                  Kind.LAYER_PARENT_CYCLE,
                  "do not restart containerd or the daemon, both would spin at full load; restore"
                      + " meta.db from a backup"),
              entry(
                  Kind.LAYER_DIRECTORY_MISSING,
                  "neither a pull nor removing the image repairs it while anything shares the"
                      + " snapshot; the plan fills the directory again from the layer's blob"),
              entry(Kind.LAYER_FILE_MISSING, UNPACKED),
              entry(Kind.LAYER_FILE_UNEXPECTED, UNPACKED),
              entry(Kind.LAYER_FILE_METADATA_MISMATCH, UNPACKED),
              entry(Kind.LAYER_FILE_SIZE_MISMATCH, UNPACKED),
              entry(Kind.LAYER_FILE_CHECKSUM_MISMATCH, UNPACKED),
              entry(
                  Kind.CONTAINER_MOUNT_MISSING,
                  "the container cannot start again, and docker system df can fail for the whole"
                      + " host until it is removed: docker rm CONTAINER, then create it again"),
              entry(
                  Kind.CHAIN_ID_MISMATCH,
                  "containers of the image do not start: remove all images of the chain, and their"
                      + " containers, then pull them again"),
              entry(
                  Kind.CACHE_ID_CONFLICT,
                  "containers of the images do not start, and no Docker command repairs it: restore"
                      + " the snapshotter's metadata.db from a backup"),
              entry(
                  Kind.LAYER_SIZE_MISMATCH,
                  "something wrote into the layer's directory, or its recorded size was changed:"
                      + " if you did not change any files there, compare it with another host"),
              entry(
                  Kind.CONTAINER_CONFIG_INVALID,
                  "if docker ps -a still lists the container, docker rename writes the file again;"
                      + " otherwise restore it from a backup, or save what the container wrote and"
                      + " remove its lease with ctr -n moby leases rm ID"),
              entry(Kind.ORPHAN_DIRECTORY, COLLECTED),
              entry(
                  Kind.MOUNT_UNOWNED,
                  "no Docker command reaches it: save what you need from its writable layer, then"
                      + " ctr -n moby leases rm ID frees it at the next removal of an image"),
              entry(
                  Kind.DOWNLOAD_LEFTOVER,
                  COLLECTED
                      + "; if it has no file ref, containerd does not: delete the directory")));

  private ContainerdAdvice() {}
}
