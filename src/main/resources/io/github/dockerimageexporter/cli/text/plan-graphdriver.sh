# A daemon keeps its build cache's databases locked for as long as it runs.
stopped() {
  for database in "$daemon_root"/buildkit/*.db; do
    [ -f "$database" ] || continue
    flock -n "$database" true || fail "a daemon uses $daemon_root: stop it first"
  done
}

stop_daemon() {
  other=$(served_root)
  case $other in
    "" | "$daemon_root") ;;
    *) fail "docker talks to the daemon of $other, not of $daemon_root: set DOCKER_HOST" ;;
  esac
  if command -v systemctl >/dev/null; then
    systemctl stop docker.socket docker.service || :
  fi
  if serves; then
    fail "the daemon of $daemon_root is still running: stop it, then continue below"
  fi
  stopped
  # Docker 20.10 unmounts what is mounted on the driver's directory when it stops.
  [ "${devices_before-}" = "" ] || [ "$(devices)" = "$devices_before" ] ||
    fail "a file system below $root is no longer mounted since the daemon stopped; nothing was moved: mount it, then run this plan again"
}

start_daemon() {
  if command -v systemctl >/dev/null; then
    systemctl start docker.service || fail "the daemon does not start: see its log"
  fi
  tries=0
  until serves; do
    tries=$((tries + 1))
    [ "$tries" -le 60 ] || fail "the daemon does not answer after 60 s: start it, then continue below"
    sleep 1
  done
}

# What the scan saw, at paths below the data root.
something() { # PATH
  [ -e "$root/$1" ] || [ -L "$root/$1" ] || fail "$1: no longer exists; run check --plan again"
}

nothing() { # PATH
  [ ! -e "$root/$1" ] && [ ! -L "$root/$1" ] || fail "$1: exists again; run check --plan again"
}

empty() { # PATH
  [ -d "$root/$1" ] && [ -z "$(ls -A -- "$root/$1")" ] ||
    fail "$1: no longer an empty directory; run check --plan again"
}

text() { # PATH TEXT
  [ -f "$root/$1" ] && [ "$(cat -- "$root/$1")" = "$2" ] ||
    fail "$1: changed since the scan; run check --plan again"
}

sha256() { # PATH SHA256
  [ -f "$root/$1" ] && [ "$(sha256sum <"$root/$1")" = "$2  -" ] ||
    fail "$1: changed since the scan; run check --plan again"
}

# Stops if a file system belongs on the directory.
no_disk() { # PATH
  if findmnt --fstab --mountpoint "$root/$1" >/dev/null; then
    fail "/etc/fstab mounts a file system on $root/$1: mount it instead"
  fi
}

# The mount and the device that a directory is on: a bind mount has the device of its source, and
# still nothing can be renamed across it.
disk() { # DIRECTORY
  stat -c %d -- "$1/."
  findmnt -n -o ID --target "$1/." 2>/dev/null || :
}

# The devices of the parts of the data root.
devices() {
  for part in "$images" "$containers" "$driver"; do
    [ ! -d "$root/$part" ] || stat -c %d -- "$root/$part/."
  done
}

# The directory for what is moved out of a part of the data root, on the part's file system: in the
# data root, next to what a link leads to, or in a part in which Docker and the exporter pass over
# names that they do not know.
place_for() { # PART
  case $1 in
    "$images") top=${images%"/${images##*/}"} ;;
    *) top=$1 ;;
  esac
  if [ -d "$root/$1" ]; then
    here=$(cd -P -- "$root/$1" && pwd -P)
    for other in "$root" "$daemon_root" "$root/$top/.." "$root/$1/.."; do
      other=$(cd -P -- "$other" && pwd -P)
      # Each directory in "image" is taken for a driver's.
      if [ "$(disk "$other")" = "$(disk "$here")" ] && ! [ "$other" -ef "$root/$top" ]; then
        printf '%s\n' "${other%/}/$aside_name"
        return
      fi
    done
    case $1 in
      "$images" | "$driver")
        printf '%s\n' "$here/.docker-image-exporter-$aside_name"
        return
        ;;
    esac
  fi
  printf '%s\n' "$root/$aside_name"
}

# Sets "place" to the directory for what is moved from a path.
place_of() { # PATH
  case $1 in
    "$driver" | "$driver"/*) place=$aside_driver ;;
    "$images" | "$images"/*) place=$aside_images ;;
    "$containers" | "$containers"/*) place=$aside_containers ;;
    *) place=$aside_tmp ;;
  esac
}

# Decides where things go, and stops if they would leave their file system.
choose_places() { # PART...
  aside_images=$(place_for "$images") || fail "$images: cannot be read"
  aside_containers=$(place_for "$containers") || fail "$containers: cannot be read"
  aside_driver=$(place_for "$driver") || fail "$driver: cannot be read"
  aside_tmp=$(place_for "${containers%containers}tmp") || fail "tmp: cannot be read"
  devices_before=$(devices)
  made=
  for part; do
    [ -d "$root/$part" ] || continue
    place_of "$part"
    [ "$(disk "$root/$part")" = "$(disk "${place%/*}")" ] ||
      fail "$part: on another file system than ${place%/*}, and nothing is moved from one to another: bring $part to that of ${place%/*} first"
    [ ! -e "$place" ] && [ ! -L "$place" ] || fail "$place: already exists"
    [ -w "${place%/*}/" ] || fail "${place%/*}: not writable"
    printf '%s: what is moved aside goes to %s\n' "$part" "$place"
  done
}

# Moves a path out of the store, to the same path below a directory of the same file system.
aside() { # PATH
  stopped
  something "$1"
  place_of "$1"
  case $made in
    *"<$place>"*) ;;
    *)
      mkdir -m 700 -- "$place" || fail "$place: cannot be created"
      made="$made<$place>"
      ;;
  esac
  to=$place/$1
  mkdir -p -- "${to%/*}"
  [ "$(stat -c %d -- "$root/${1%/*}/.")" = "$(stat -c %d -- "${to%/*}/.")" ] ||
    fail "$1: not on the same file system as ${to%/*}"
  [ ! -e "$to" ] && [ ! -L "$to" ] || fail "$to: already exists"
  mv -- "$root/$1" "$to"
}

aside_if_there() { # PATH
  if [ -e "$root/$1" ] || [ -L "$root/$1" ]; then
    aside "$1"
  fi
}

# Moves a directory of the driver, and the short name that points to it.
aside_directory() { # ID
  [ -e "$root/$directories/$1" ] || [ -L "$root/$directories/$1" ] || return 0
  if grep -F -q -- "/$1/merged " /proc/self/mountinfo; then
    fail "$directories/$1: mounted; stop its container first"
  fi
  if [ -f "$root/$directories/$1/link" ]; then
    name=$(cat -- "$root/$directories/$1/link")
    case $name in
      "" | *[!A-Z2-7]*) ;;
      *)
        if [ "$(readlink -- "$root/$driver/l/$name")" = "../$1/diff" ]; then
          aside "$driver/l/$name"
        fi
        ;;
    esac
  fi
  aside "$directories/$1"
}

back() { # FROM TO
  stopped
  nothing "$2"
  mv -- "$root/$1" "$root/$2"
}

# Replaces a file, and writes through no symbolic link.
write() { # PATH TEXT
  aside_if_there "$1"
  stopped
  (set -C && printf '%s' "$2" >"$root/$1") || fail "$1: cannot be written"
}

link() { # NAME ID
  stopped
  nothing "$driver/l/$1"
  text "$driver/$2/link" "$1"
  ln -s -- "../$2/diff" "$root/$driver/l/$1"
}

# Writes the short name of a directory: the one that points to it, or else NAME.
relink() { # ID NAME
  stopped
  found=
  for short in "$root/$driver"/l/*; do
    if [ "$(readlink -- "$short")" = "../$1/diff" ]; then
      found=${short##*/}
    fi
  done
  case $found in
    "" | *[!A-Z2-7]*)
      found=$2
      nothing "$driver/l/$found"
      ln -s -- "../$1/diff" "$root/$driver/l/$found"
      ;;
  esac
  write "$driver/$1/link" "$found"
}

# Lets the daemon write its list of names from memory, or start without one.
restore_names() { # PATH
  if serves; then
    blank docker-image-exporter-plan:1
    docker rmi -- docker-image-exporter-plan:1
  else
    aside "$1"
  fi
}

# Gives a name to an empty image.
blank() { # REFERENCE
  head -c 10240 /dev/zero | docker import - "$1"
}

# Whether the registry still has an image, before anything is moved.
served() { # REFERENCE [OPTION]
  DOCKER_CLI_EXPERIMENTAL=enabled docker manifest inspect ${2:-} -- "$1" >/dev/null ||
    fail "$1: its registry does not have it; remove this line if only the daemon can reach the registry"
}

pull() { # REFERENCE [IMAGE_ID]
  running
  docker pull -- "$1" || fail "$1: cannot be pulled"
  if [ "$#" -gt 1 ]; then
    [ "$(docker image inspect --format '{{.Id}}' -- "$1")" = "$2" ] ||
      fail "$1: pulled, but it is not image $2"
  fi
}

# Removes a name without an image: Docker refuses that, so the name gets an empty image first.
drop() { # REFERENCE
  running
  if docker image inspect -- "$1" >/dev/null 2>&1; then
    fail "$1: names an image again; run check --plan again"
  fi
  blank "$1"
  docker rmi -- "$1"
}

prune_build_cache() {
  running
  docker builder prune --all --force
}
