umask 022

fail() {
  printf 'plan stopped: %s\n' "$*" >&2
  exit 1
}

# The data root of the daemon that docker talks to; nothing if none answers.
served_root() {
  timeout 20 docker info --format '{{.DockerRootDir}}' 2>/dev/null || :
}

serves() {
  [ "$(served_root)" = "$daemon_root" ]
}

running() {
  serves || fail "docker does not talk to a daemon whose data root is $daemon_root"
}
