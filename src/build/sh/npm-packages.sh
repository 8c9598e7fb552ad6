# shellcheck shell=sh
# npm_packages DIRECTORY: installs what its package-lock.json names, below it, where that has not been done yet.
# Read by the scripts in bin/, not run.

npm_packages() {
  if ! cmp -s "$1/package-lock.json" "$1/node_modules/.installed"; then
    (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >&2)
    cp "$1/package-lock.json" "$1/node_modules/.installed"
  fi
}
