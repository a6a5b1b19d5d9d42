# A small Debian 12 in a folder, for the tests of the packages; sourced by them.
set -eu -o pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_root=$(cd "$here/../.." && pwd)
packages=$(realpath "${PACKAGES:-$source_root/build/package}")
compgen -G "$packages/allot_*.deb" >/dev/null || { echo "there are no packages in $packages: run tools/make-package" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || exec sudo --preserve-env=PACKAGES,PREVIOUS "$0" "$@"

faults=0
fault() { echo "FAULT: $*"; faults=$((faults + 1)); }
# expect WHAT COMMAND...: the command succeeds.
expect() {
  local what=$1
  shift
  if "$@"; then echo "ok: $what"; else fault "$what"; fi
}
# The file of a package.
deb() { compgen -G "$packages/$1_*.deb"; }

# What the packages depend on, without themselves.
dependencies() {
  dpkg-deb -f "$(deb allot)" Depends
  dpkg-deb -f "$(deb allot-postgresql)" Depends
}
dependencies_of_packages() { dependencies | tr ',' '\n' | sed -E 's/\|.*//; s/\(.*//; s/[[:space:]]//g; /^allot$/d; /^systemd-/d' | sort -u; }

# unpack_root FOLDER: the root with what the packages depend on, shells, a system manager, and what the transcripts need;
# made once, kept beside the packages.
unpack_root() {
  local include kept file sources=()
  include=$(dependencies_of_packages | paste -sd,),bash-completion,dbus,dpkg-dev,fish,less,man-db,passwd,postgresql-15
  include+=,python3,python3-jsonschema,python3-yaml,sqlite3,systemd-sysv,zsh
  kept=$packages/root-$(md5sum <<<"$include" | cut -c1-8).tar
  if [ ! -e "$kept" ]; then
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do [ -s "$file" ] && sources+=("$file"); done
    mmdebstrap --quiet --format=tar --variant=minbase --include="$include" bookworm "$kept.new" "${sources[@]}"
    mv "$kept.new" "$kept"
  fi
  mkdir -p "$1"
  tar -C "$1" -xf "$kept"
  # No service of the distribution runs by itself.
  printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
  chmod 0755 "$1/usr/sbin/policy-rc.d"
}

# in_root COMMAND...: runs the command in $root, with a process tree and mounts of its own.
in_root() {
  # shellcheck disable=SC2016
  unshare --mount --pid --fork --kill-child bash -c 'mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" &&
    mount -t tmpfs tmpfs "$1/run" && exec chroot "$1" /usr/bin/env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    LC_ALL=C.UTF-8 TERM=dumb DEBIAN_FRONTEND=noninteractive ALLOT_TODAY="$ALLOT_TODAY" "${@:2}"' in_root "$root" "$@"
}
export ALLOT_TODAY=2026-11-24

# Makes $root, removed at the end.
new_root() {
  root=$(mktemp -d /tmp/allot-root.XXXXXX)
  trap 'rm -rf --one-file-system "$root"' EXIT
  chmod 0755 "$root"
  unpack_root "$root"
}

finish() {
  echo "$faults faults"
  [ "$faults" -eq 0 ]
}
