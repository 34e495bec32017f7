# What the bundled programs find first: their own Node, data and libraries. `here` is the unpacked folder.
PATH="$here/bin:$PATH"
[ ! -d "$here/data" ] || : "${PRUNE_BENCH_DATA:=$here/data}"
# A graphics driver that was mounted into a container is in none of the folders that the Vulkan loader knows.
mounted=/usr/local/nvidia
XDG_DATA_DIRS="${XDG_DATA_DIRS:-/usr/local/share:/usr/share}:$mounted/share"
for folder in "$here"/extra "$here"/extra/lib "$here"/extra/usr/lib "$here"/extra/usr/lib/*-linux-gnu* $mounted/lib64 $mounted/lib; do
  [ ! -d "$folder" ] || LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder"
done
# The tests use dist/ as it was bundled.
PRUNE_BENCH_BUILT=yes
export PATH PRUNE_BENCH_BUILT XDG_DATA_DIRS
[ -z "${LD_LIBRARY_PATH:-}" ] || export LD_LIBRARY_PATH
[ -z "${PRUNE_BENCH_DATA:-}" ] || export PRUNE_BENCH_DATA
