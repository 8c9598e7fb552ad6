blobs=$home/io.containerd.content.v1.content/blobs/sha256
snapshots=$home/io.containerd.snapshotter.v1.$snapshotter/snapshots

# Sets "address" to the socket of the containerd of this store.
find_containerd() {
  for address in "${CONTAINERD_ADDRESS-}" \
    "$(timeout 20 docker info --format '{{.Containerd.Address}}' 2>/dev/null || :)" \
    /run/docker/containerd/containerd.sock /run/containerd/containerd.sock \
    /run/k3s/containerd/containerd.sock; do
    if [ -S "$address" ] && [ "$(content_root)" -ef "${blobs%/blobs/sha256}" ]; then
      return
    fi
  done
  fail "no containerd with the root $home answers: set CONTAINERD_ADDRESS to its socket, which is EXEC_ROOT/containerd/containerd.sock if dockerd starts it"
}

# Where the containerd at "address" keeps blobs.
content_root() {
  timeout 20 ctr --address "$address" plugins ls --detailed id==content 2>/dev/null |
    sed -n 's/^ *root  *\(.*[^ ]\) *$/\1/p'
}

containerd() { # ARGUMENT...
  ctr --address "$address" --namespace "$namespace" "$@"
}

# A directory on containerd's file system for what is fetched, and for what is moved aside. It may
# be there already, from a run of this plan that was killed.
make_places() {
  for place in "$blobs" "$snapshots"; do
    [ ! -d "$place" ] || [ "$(stat -c %d -- "$place/.")" = "$(stat -c %d -- "$home/.")" ] ||
      fail "$place: on another file system than $home, and nothing is moved from one to another"
  done
  [ ! -L "$aside" ] && { [ -d "$aside" ] || mkdir -m 700 -- "$aside"; } ||
    fail "$aside: cannot be created"
  rm -rf -- "$aside/unpacked"
  mkdir -p -- "$aside/fetched" "$aside/unpacked" "$aside/blobs" "$aside/snapshots"
  trap tidy EXIT
}

# Removes what was fetched and is not needed any more.
tidy() {
  rm -rf -- "$aside/fetched" "$aside/unpacked"
  rmdir -- "$aside/blobs" "$aside/snapshots" "$aside" 2>/dev/null ||
    printf '%s: what was moved aside\n' "$aside"
}

# Whether a registry may be asked without TLS: Docker does so on loopback, and where it is told to.
is_insecure() { # REFERENCE
  case $1 in
    "[::1]"[:/]*) return ;;
  esac
  case ${1%%[:/]*} in
    localhost) return ;;
    *[!0-9.]*) ;;
    127.*) return ;;
  esac
  for registry in ${INSECURE_REGISTRIES-} $(timeout 20 docker info \
    --format '{{range .RegistryConfig.IndexConfigs}}{{if not .Secure}}{{.Name}} {{end}}{{end}}' \
    2>/dev/null || :); do
    [ "${1%%/*}" != "$registry" ] || return 0
  done
  return 1
}

# Runs ctr with a registry: by plain HTTP, or without a look at its certificate, only where that
# is allowed.
ask() { # REFERENCE CTR_ARGUMENT...
  reference=$1
  shift
  if is_insecure "$reference"; then
    ctr "$@" --plain-http ${REGISTRY_LOGIN:+--user "$REGISTRY_LOGIN"} "$reference" ||
      ctr "$@" --skip-verify ${REGISTRY_LOGIN:+--user "$REGISTRY_LOGIN"} "$reference"
  else
    ctr "$@" ${REGISTRY_LOGIN:+--user "$REGISTRY_LOGIN"} "$reference"
  fi
}

# Whether a file has the content that its digest stands for.
is_blob() { # FILE DIGEST
  [ -f "$1" ] && [ ! -L "$1" ] && [ "sha256:$(sha256sum <"$1")" = "$2  -" ]
}

# Sets "file" to where a blob is, in the store or beside it.
find_blob() { # DIGEST
  for file in "$blobs/${1#sha256:}" "$aside/fetched/${1#sha256:}"; do
    ! is_blob "$file" "$1" || return 0
  done
  return 1
}

# Gets a blob and makes sure that it is that blob. The store is not touched.
fetch() { # DIGEST [REPOSITORY...]
  digest=$1
  shift
  ! find_blob "$digest" || return 0
  if [ -n "${ARCHIVE-}" ]; then
    tar -xOf "$ARCHIVE" -- "blobs/sha256/${digest#sha256:}" >"$file" 2>/dev/null || :
    ! is_blob "$file" "$digest" || return 0
  fi
  for repository; do
    ask "$repository@$digest" content fetch-object >"$file" 2>"$aside/fetched/error" || :
    ! is_blob "$file" "$digest" || return 0
  done
  rm -f -- "$file"
  if [ "$#" -eq 0 ]; then
    printf '%s: left as it is: set ARCHIVE to an archive that has it\n' "$digest" >&2
    return
  fi
  tail -n 1 -- "$aside/fetched/error" >&2
  fail "$digest: not served by $*; nothing was changed. Remove its lines to repair the rest"
}

# Moves what stands in a blob's place aside, unless it is that blob.
make_room() { # DIGEST
  place=$blobs/${1#sha256:}
  if [ -e "$place" ] || [ -L "$place" ]; then
    is_blob "$place" "$1" || mv -- "$place" "$aside/blobs/"
  fi
}

# Puts a blob to its place.
put() { # DIGEST
  find_blob "$1" || return 0
  make_room "$1"
  if [ "$file" != "$place" ]; then
    chown --reference="$blobs" -- "$file"
    chmod 444 -- "$file"
    mv -- "$file" "$place"
  fi
}

# Lets containerd take a blob that it has no record of.
ingest() { # DIGEST
  find_blob "$1" || return 0
  make_room "$1"
  containerd content ingest --expected-digest "$1" "docker-image-exporter-$1" <"$file"
}

# Labels a blob, so that the next collection leaves what it names.
keep_blob() { # DIGEST BLOB
  containerd content label "$1" "containerd.io/gc.ref.content.${2#sha256:}=$2" >/dev/null
}

keep_snapshot() { # DIGEST SNAPSHOT
  containerd content label "$1" "containerd.io/gc.ref.snapshot.$snapshotter=$2" >/dev/null
}

# Lets containerd fetch an index or a manifest, with all that it names and the labels for that. The
# image that this makes is not kept: those that name it are.
fetch_image() { # REPOSITORY@DIGEST
  names=$(containerd images ls --quiet) || fail "$1: containerd does not list its images"
  make_room "${1#*@}"
  made=yes
  ! printf '%s\n' "$names" | grep -F -x -q -- "$1" || made=
  ask "$1" --address "$address" --namespace "$namespace" content fetch >/dev/null ||
    fail "$1: cannot be fetched"
  [ -z "$made" ] || containerd images rm "$1" >/dev/null
}

# Gives a container an empty directory in place of the one that it has lost.
make_empty() { # NUMBER [PARENT]
  to=$snapshots/$1
  [ ! -e "$to/fs" ] && [ ! -L "$to/fs" ] || fail "$to/fs: exists again; run check --plan again"
  new_directory "$@"
  take_place
}

# Sets "new" to a directory as the snapshotter makes it.
new_directory() { # NUMBER [PARENT]
  new=$aside/unpacked/$1
  mkdir -m 700 -- "$new"
  mkdir -m 755 -- "$new/fs"
  mkdir -m 711 -- "$new/work"
  [ -z "${2-}" ] || chown --reference="$snapshots/$2/fs" -- "$new/fs"
}

# Puts "new", or what is lost of it, to "to".
take_place() {
  if [ -d "$to" ]; then
    mv -- "$new/fs" "$to/fs"
  else
    [ ! -e "$to" ] && [ ! -L "$to" ] || fail "$to: not a directory"
    mv -- "$new" "$to"
  fi
}

# The tar of a layer's blob.
unpacked() { # FILE
  case $(od -A n -N 4 -t x1 -- "$1") in
    " 1f 8b"*) gzip -dc -- "$1" ;;
    " 28 b5 2f fd") zstd -dcq -- "$1" ;;
    *) cat -- "$1" ;;
  esac
}

# Unpacks a layer into the directory that its snapshot has lost, as containerd would have.
refill() { # NUMBER BLOB DIFF_ID [PARENT]
  to=$snapshots/$1
  [ ! -e "$to/fs" ] && [ ! -L "$to/fs" ] || fail "$to/fs: exists again; run check --plan again"
  find_blob "$2" || return 0
  unpack_layer "$@"
  take_place
}

# Unpacks a layer again, in place of a directory that has other files; that is moved aside. A run
# that was killed between the two moves has left none, one that was killed later the new one.
renew() { # NUMBER BLOB DIFF_ID [PARENT]
  to=$snapshots/$1
  old=$aside/snapshots/$1
  if [ -e "$old" ]; then
    [ ! -e "$to/fs" ] || return 0
  else
    [ -d "$to/fs" ] && [ ! -L "$to/fs" ] || fail "$to/fs: not a directory any more; run check --plan again"
  fi
  sees_processes || fail "$to/fs: whether it is in use cannot be seen from a container; run the plan on the host"
  ! is_mounted "$1" || fail "$to/fs: in use; stop the containers that stand on it, then run check --scrub --plan again"
  find_blob "$2" || return 0
  unpack_layer "$@"
  [ -e "$old" ] || mv -- "$to/fs" "$old"
  take_place
}

# Whether a container has a snapshot's directory mounted: below its own, or an image of it. A daemon
# can have mounts that nobody else sees, as that of a snap. Where a line does not say whose snapshot
# it is, it is taken for one of this store.
is_mounted() { # NUMBER
  for process in /proc/self $(daemons); do
    while read -r mount; do
      [ -n "$mount" ] || continue
      case $mount in
        *upperdir=/*)
          upper=${mount##*upperdir=}
          upper=${upper%%,*}
          store=$process/root${upper%/*/*}
          [ ! -d "$store" ] || [ "$store" -ef "$snapshots" ] || continue ;;
      esac
      return 0
    done <<EOF
$(grep -s -E "[=:/]$1/fs([:, ]|\$)" "$process/mountinfo")
EOF
  done
  return 1
}

# What mounts containers, as directories of /proc.
daemons() {
  grep -l -s -x -E "dockerd|containerd(-shim)?" /proc/[0-9]*/comm | sed "s:/comm\$::"
}

# Whether the daemon's processes can be seen: all of the host, or those of a container with a daemon.
sees_processes() {
  [ "$(readlink /proc/self/ns/pid)" = "pid:[4026531836]" ] || [ -n "$(daemons)" ]
}

# Whether files get the owners and attributes that the daemon gives them: a rootless one maps users,
# and has other attributes.
is_root() {
  [ "$(id -u) $(stat -c %u -- "$snapshots/.")" = "0 0" ] && grep -q '^ *0  *0 ' /proc/self/uid_map
}

# Sets "new" to a directory with the files of a layer, of the blob in "file".
unpack_layer() { # NUMBER BLOB DIFF_ID [PARENT]
  is_root ||
    fail "$snapshots: layers are unpacked by root only, for a daemon of root: for a rootless one, remove the images that contain the layer, and pull them again"
  layer=$file
  case $(od -A n -N 4 -t x1 -- "$layer") in
    " 28 b5 2f fd") command -v zstd >/dev/null || fail "$2: zstd is needed to unpack it" ;;
  esac
  [ "sha256:$(unpacked "$layer" | sha256sum)" = "$3  -" ] || fail "$2: does not unpack to $3"
  new_directory "$1" "${4-}"
  unpacked "$layer" |
    tar -x -p --same-owner --numeric-owner --xattrs '--xattrs-include=*' -f - -C "$new/fs" ||
    fail "$2: cannot be unpacked"
  find "$new/fs" -depth -name '.wh.*' \
    -exec sh -c "$whiteouts" sh "$aside/unpacked/opaque" "${4-}" {} + ||
    fail "$2: its whiteouts cannot be made"
}

# Turns the whiteouts of a tar into those of overlayfs; a layer that stands on none has nothing to
# hide. Only tar is sure to be here to set an attribute, so that one of an archive is put over each
# opaque directory.
whiteouts='
  set -eu
  archive=$1
  parent=$2
  shift 2
  for marker; do
    directory=${marker%/*}
    name=${marker##*/}
    touch -r "$directory" -- "$archive.time"
    case ${parent:+$name} in
      .wh..wh..opq)
        tar -c --format=pax --no-recursion --xattrs \
          "--pax-option=SCHILY.xattr.trusted.overlay.opaque:=y" -f "$archive" -C "$directory" .
        tar -x -p --same-owner --numeric-owner --xattrs "--xattrs-include=*" -f "$archive" \
          -C "$directory" ;;
      "" | .wh..wh.*) ;;
      *)
        mknod -m 0 -- "$directory/${name#.wh.}" c 0 0
        chown --reference="$marker" -- "$directory/${name#.wh.}" ;;
    esac
    rm -- "$marker"
    touch -r "$archive.time" -- "$directory"
  done
'

# Ends the lease of a container that is gone.
end_lease() { # CONTAINER
  [ ! -e "$daemon_root/containers/$1" ] || fail "$1: the container exists; run check --plan again"
  containerd leases rm "$1" >/dev/null
}

# Removes the name of an image if it still stands for no digest.
remove_name() { # NAME
  ! containerd images ls "name==$1" 2>/dev/null | grep -q 'sha256:[0-9a-f]\{64\} ' ||
    fail "$1: it names an image; run check --plan again"
  containerd images rm "$1" >/dev/null
}

# Lets the engine unpack an image again, as it does for a container that is never started.
unpack() { # IMAGE_ID
  running
  container=$(docker create --pull=never --network=none -- "$1" /bin/true) ||
    fail "$1: cannot be unpacked"
  docker rm -- "$container" >/dev/null
}
