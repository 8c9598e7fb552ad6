# shellcheck shell=sh disable=SC2034 # jdk is for who reads this
# Sets jdk to the JDK 25 that Maven's toolchains pick; where there is none, or no Maven, says in one line what to install.
# Read by the scripts in bin/, not run.

jdk=
for home in "${JAVA_HOME:-/nowhere}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
  if [ -z "$jdk" ] && grep -qs '^JAVA_VERSION="25' "$home/release" && [ -x "$home/bin/javac" ]; then
    jdk=$home
  fi
done
if [ -z "$jdk" ]; then
  echo "bin/${0##*/}: no JDK 25 found below /usr/lib/jvm or at JAVA_HOME: install Temurin 25 or openjdk-25-jdk" >&2
  exit 1
fi
if ! command -v mvn >/dev/null; then
  echo "bin/${0##*/}: no mvn found on PATH: install Maven 3.8 or newer" >&2
  exit 1
fi
