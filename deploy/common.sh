# Shell functions of deploy/quickstart and deploy/verify: what both need of the machine, and the build.
# shellcheck shell=bash

repo=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
dist=$repo/deploy/dist/target/holdfast

step() { printf '==> %s\n' "$*" >&2; }
fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# The first JDK 25 or later of the usual places (Maven's toolchain plugin looks there too).
jdk() {
  local home version
  for home in "${JAVA_HOME:-/none}" /usr/lib/jvm/* /opt/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    [ -x "$home/bin/jlink" ] && [ -r "$home/release" ] || continue
    version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$home/release")
    [ "${version:-0}" -ge 25 ] && { echo "$home"; return; }
  done
  return 1
}

missing() {
  jdk >/dev/null || echo "JDK-25"
  command -v mvn >/dev/null || echo maven
  [ -x /usr/sbin/sshd ] || command -v sshd >/dev/null || echo openssh-server
  command -v ssh-agent >/dev/null || echo openssh-client
  command -v restic >/dev/null || echo restic
  local package
  for package; do
    case $package in
      attr) command -v setfattr >/dev/null || echo attr ;;
      *) command -v "$package" >/dev/null || echo "$package" ;;
    esac
  done
}

# provide [PACKAGE…]: installs what is missing, and the packages named, where it may (root on Debian); elsewhere names it and stops.
provide() {
  local lacking packages=() name hold=
  lacking=$(missing "$@" | tr '\n' ' ')
  [ -n "${lacking// /}" ] || return 0
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "please install first: $lacking"
  step "installing $lacking"
  apt-get -q update >/dev/null
  for name in $lacking; do
    if [ "$name" = JDK-25 ]; then
      name=openjdk-25-jdk-headless
      apt-cache show "$name" >/dev/null 2>&1 ||
        fail "this release has no package of JDK 25: unpack one below /usr/lib/jvm or /opt, then run again"
    fi
    packages+=("$name")
  done
  # an SSH server is needed as a program: the packages must not start one for the whole machine
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    hold=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' >"$hold"
    chmod 755 "$hold"
  fi
  if ! DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${packages[@]}" >/dev/null; then
    [ -z "$hold" ] || rm -f "$hold"
    fail "apt-get could not install ${packages[*]}"
  fi
  [ -z "$hold" ] || rm -f "$hold"
}

# Builds the distribution where a source is newer than it.
build() {
  if [ -e "$dist/VERSION" ] && [ -z "$(find "$repo/pom.xml" "$repo/proto" "$repo/agent" "$repo/controller" "$repo/deploy/dist" \
      -type d -name target -prune -o -type f -newer "$dist/VERSION" -print -quit)" ]; then
    return
  fi
  step "building (the first time fetches libraries and takes some minutes)"
  (cd "$repo" && mvn -q -B -DskipTests -pl deploy/dist -am package) || fail "the build failed"
}
