#!/bin/sh
# Puts the parts beside this script together in a folder: sh unpack.sh [DIR]
# An archive whose parts are not all here is left for the next call; one that was unpacked is not unpacked again.
set -eu

fail() {
  echo "$1" >&2
  exit 1
}

from=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
to=${1:-prune-bench}
[ -f "$from/SHA256SUMS" ] || fail "SHA256SUMS is not beside $0: it comes with the parts"

if command -v xz >/dev/null; then
  decompress() { xz -dc; }
elif python3 -c 'import lzma' 2>/dev/null; then
  decompress() { python3 -c 'import lzma, shutil, sys; shutil.copyfileobj(lzma.open(sys.stdin.buffer), sys.stdout.buffer)'; }
else
  fail "neither xz nor a python3 with lzma is here: install xz-utils, or bring a static xz along in PATH"
fi
if command -v sha256sum >/dev/null; then
  check() { sha256sum -c -; }
elif command -v shasum >/dev/null; then
  check() { shasum -a 256 -c -; }
else
  fail "neither sha256sum nor shasum is here: the parts cannot be checked"
fi

mkdir -p "$to/.unpacked"
incomplete=''
for archive in $(sed 's/^[^ ]*  //; s/\.[0-9]*$//' "$from/SHA256SUMS" | sort -u); do
  sums=$(grep "  $archive\.[0-9]*\$" "$from/SHA256SUMS")
  if [ "$(cat "$to/.unpacked/$archive" 2>/dev/null)" = "$sums" ]; then
    echo "$archive: unpacked before"
    continue
  fi
  parts=$(echo "$sums" | sed 's/^[^ ]*  //')
  missing=''
  for part in $parts; do
    [ -f "$from/$part" ] || missing="$missing $part"
  done
  if [ -n "$missing" ]; then
    echo "$archive: not here yet:$missing"
    incomplete=yes
    continue
  fi
  told=$(cd "$from" && echo "$sums" | check 2>&1) || fail "$archive is damaged; copy these parts again:
$(echo "$told" | grep -v ': OK$')"
  (cd "$from" && cat $parts) | decompress | tar -xof - -C "$to" || fail "$archive cannot be unpacked to $to"
  echo "$sums" >"$to/.unpacked/$archive"
  echo "$archive: unpacked"
done

if [ -n "$incomplete" ]; then
  echo "Bring the missing parts to $from and run this again."
  exit 3
fi
echo "All is in $to. Now: cd $to && ./prune-bench doctor"
