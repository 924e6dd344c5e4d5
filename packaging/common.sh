# Sourced by the scripts of this folder: where things are, and how many compilers may run.
set -euo pipefail

source_root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

# The per-user cache; without HOME a folder of this user's own under the temporary one.
cache_root=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
if [[ -z $cache_root ]]; then
  cache_root=${TMPDIR:-/tmp}/tstitch-$(id -u)/cache
  echo "HOME is not set: LibTorch and the compiler cache go to $cache_root" >&2
  export CCACHE_DIR=${CCACHE_DIR:-$cache_root/ccache}
fi
libtorch_root=$cache_root/tstitch/libtorch-2.11.0

# An optimising compiler on LibTorch's headers takes up to 1.5 GiB: as many as there are cores and memory for.
build_jobs() {
  local cores gibibytes
  cores=$(nproc)
  gibibytes=$(awk '/^MemAvailable:/ {print int($2 / 1048576)}' /proc/meminfo)
  local by_memory=$((gibibytes * 2 / 3))
  ((by_memory >= 1)) || by_memory=1
  echo $((cores < by_memory ? cores : by_memory))
}

# configure PRESET [cmake options]: the build folder of a preset, with the LibTorch that packaging/setup made ready.
configure() {
  local preset=$1
  shift
  cmake -S "$source_root" --preset "$preset" -DTSTITCH_TORCH_DIR="$libtorch_root" "$@"
}

# build PRESET [targets]: what is out of date.
build() {
  local preset=$1
  shift
  cmake --build "$source_root/build/$preset" --parallel "$(build_jobs)" ${1:+--target "$@"}
}

as_root() {
  if (($(id -u) == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo --preserve-env=DEBIAN_FRONTEND,http_proxy,https_proxy,no_proxy "$@"
  else
    echo "neither root nor sudo" >&2
    return 1
  fi
}

installed() { [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

# install_debian_packages NAME...: those that are missing; 1 when one cannot be had.
install_debian_packages() {
  local wanted=() package
  for package in "$@"; do installed "$package" || wanted+=("$package"); done
  ((${#wanted[@]})) || return 0
  command -v apt-get >/dev/null || { echo "no apt-get here for: ${wanted[*]}" >&2; return 1; }
  export DEBIAN_FRONTEND=noninteractive
  local apt=(apt-get -qq -o Dpkg::Use-Pty=0 -o Acquire::Retries=3)
  as_root "${apt[@]}" update >&2 || true
  as_root "${apt[@]}" install -y --no-install-recommends "${wanted[@]}" >/dev/null
}
