#!/usr/bin/env bash
# Provides a Postgres with pgvector for the tests that need a real server, and prints the folder that holds it.
# Does nothing where the machine's own Postgres has the extension. Otherwise it makes a small Debian 13 system, which
# packages both, gql for Python and Mesa's Vulkan driver in software (lavapipe; Debian 12's is too old), in a cache folder
# (once; about 1 minute), from which tests start them by chroot or, the driver, by the system's own loader of libraries.
# Exits with 1 and one line where it cannot; nothing else depends on it.
set -euo pipefail

cache="${XDG_CACHE_HOME:-$HOME/.cache}/circle-limit-ci"
# Another number for other packages.
system="$cache/debian13-2"
packages=postgresql-17,postgresql-17-pgvector,python3-gql,python3-requests-toolbelt,python3-numpy,mesa-vulkan-drivers,libvulkan1
mirror="${DEBIAN_MIRROR:-http://deb.debian.org/debian}"

give_up() { echo "debian13: $1" >&2; exit 1; }

if command -v pg_config >/dev/null && [ -f "$(pg_config --sharedir)/extension/vector.control" ]; then
  pg_config --bindir
  exit 0
fi
if [ -f "$system/usr/share/postgresql/17/extension/vector.control" ]; then
  echo "$system"
  exit 0
fi

[ "$(id -u)" = 0 ] || give_up 'making the system needs root (or install a Postgres with pgvector)'
if ! command -v debootstrap >/dev/null; then
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends debootstrap; } \
    >/dev/null 2>&1 || give_up 'debootstrap cannot be installed here'
fi

mkdir -p "$cache"
partial=$(mktemp -d "$cache/partial.XXXXXX")
trap 'rm -rf "$partial"' EXIT
chmod 755 "$partial"
if ! debootstrap --variant=minbase --include="$packages" trixie "$partial" "$mirror" \
  >"$cache/debootstrap.log" 2>&1; then
  give_up "debootstrap failed: $(grep '^[EW]:' "$cache/debootstrap.log" | tail -n 1)"
fi
rm -rf "$partial"/var/cache/apt/archives/*.deb "$partial"/var/lib/apt/lists/*
# A system made by a second caller meanwhile is as good as this one.
mv -T "$partial" "$system" 2>/dev/null || [ -d "$system" ] || give_up "cannot write $system"
echo "$system"
