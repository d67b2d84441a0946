#!/bin/sh
# Makes this machine ready for Qernel: Deno 2.9 or newer.
#
#   sh setup.sh          Deno alone, which is enough to train
#   sh setup.sh --tests  a WebGPU adapter, too, which the tests run on beside WebAssembly
#
# Safe to run again: what is there is left alone, and when all is there nothing is printed.
set -eu

want_major=2
want_minor=9
deb_packages="mesa-vulkan-drivers libvulkan1"
installed=${DENO_INSTALL:-$HOME/.deno}/bin/deno

temp=$(mktemp -d)
ticker=
trap 'stop_ticker; rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM

say() {
  printf 'setup: %s\n' "$*"
}

# fail <what is wrong> <what to do>
fail() {
  printf 'setup: error: %s\n  Remedy: %s\n' "$1" "$2" >&2
  exit 1
}

has() {
  command -v "$1" >/dev/null 2>&1
}

stop_ticker() {
  [ -n "$ticker" ] || return 0
  kill -KILL "$ticker" 2>/dev/null || true # Not TERM: a subshell that has just been forked may lose it.
  wait "$ticker" 2>/dev/null || true
  ticker=
}

# Runs a command out of sight with a sign of life now and then; when it fails, shows the end of what it said.
quietly() {
  (while sleep 15 >/dev/null 2>&1; do say "... still at it"; done) &
  ticker=$!
  status=0
  "$@" >"$temp/log" 2>&1 || status=$?
  stop_ticker
  [ "$status" -eq 0 ] || tail -n 15 "$temp/log" | sed 's/^/  | /' >&2
  return "$status"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# The version of the deno on PATH, or of the one named; empty where there is none.
deno_version() {
  hash -r
  "${1:-deno}" --version 2>/dev/null | sed -n 's/^deno \([0-9][0-9.]*\).*/\1/p'
}

is_new_enough() {
  major=${1%%.*}
  rest=${1#*.}
  minor=${rest%%.*}
  [ -n "$1" ] || return 1
  [ "$major" -gt "$want_major" ] || { [ "$major" -eq "$want_major" ] && [ "$minor" -ge "$want_minor" ]; }
}

install_deno_by_npm() {
  say "installing Deno with npm install -g deno (about 50 MB) ..."
  quietly npm install -g --no-fund --no-audit deno || return 1
  is_new_enough "$(deno_version)" || link_deno "$(npm prefix -g)/bin/deno"
}

install_deno_by_installer() {
  has curl || fail "curl is not on PATH, and Deno's installer needs it" "install curl, then run this again"
  say "installing Deno with its installer, https://deno.land/install.sh (about 50 MB) ..."
  quietly curl -fsSL https://deno.land/install.sh -o "$temp/install.sh" || return 1
  quietly sh "$temp/install.sh" -y --no-modify-path || return 1
  is_new_enough "$(deno_version)" || link_deno "$installed"
}

# Links a new Deno into the first folder on PATH that can be written, so that the calling shell finds it too.
link_deno() {
  is_new_enough "$(deno_version "$1")" || return 1
  old_ifs=$IFS
  IFS=:
  # shellcheck disable=SC2086 # split at the colons
  set -- "$1" $PATH
  IFS=$old_ifs
  target=$1
  shift
  for folder in "$@"; do
    if [ -w "$folder" ] && { [ ! -e "$folder/deno" ] || [ -L "$folder/deno" ]; }; then
      ln -sf "$target" "$folder/deno"
      say "linked $folder/deno to $target"
      return 0
    fi
    # An old deno here would be found before any link in a later folder.
    if [ -x "$folder/deno" ]; then break; fi
  done
  fail "Deno is installed as $target, but the shell does not find it and no earlier folder on PATH can be written" \
    "PATH=\"${target%/deno}:\$PATH\" in this shell and its profile, then run this again"
}

ensure_deno() {
  version=$(deno_version)
  if is_new_enough "$version"; then return; fi
  say "found ${version:-no} Deno, wanted $want_major.$want_minor or newer"
  { has npm && install_deno_by_npm; } || install_deno_by_installer ||
    fail "Deno could not be installed: see the lines above" \
      "install Deno $want_major.$want_minor or newer as https://deno.com says, then run this again"
  version=$(deno_version)
  is_new_enough "$version" ||
    fail "$(command -v deno) is still Deno $version, wanted $want_major.$want_minor or newer" \
      "remove that one, or run deno upgrade, then run this again"
  say "Deno $version is ready"
}

# Linux needs Vulkan: without it Deno falls back to OpenGL, which Qernel is not tested on. Mesa wants XDG_RUNTIME_DIR.
has_adapter() (
  export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-$temp}"
  [ "$(uname -s)" != Linux ] || export DENO_WEBGPU_BACKEND="${DENO_WEBGPU_BACKEND:-vulkan}"
  deno eval --no-config --no-lock 'Deno.exit(await navigator.gpu?.requestAdapter() ? 0 : 1);' >/dev/null 2>&1
)

install_vulkan_by_apt() {
  if [ "$(id -u)" -ne 0 ] && ! has sudo; then
    fail "no WebGPU adapter answers, and installing a Vulkan driver takes root or sudo" \
      "as root: apt-get update && apt-get install -y $deb_packages"
  fi
  say "installing a Vulkan driver with apt-get install $deb_packages (about a minute) ..."
  # Package lists that cannot be renewed may still do; the installation decides.
  quietly as_root apt-get update || say "apt-get update failed; going on with the package lists there are"
  # shellcheck disable=SC2086 # two packages, two words
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y $deb_packages ||
    fail "apt-get could not install $deb_packages: see the lines above" \
      "once apt-get works, run this again"
}

ensure_adapter() {
  if has_adapter; then return; fi
  problem="no WebGPU adapter answers, and this script installs Vulkan drivers on Debian and Ubuntu only"
  if [ "$(uname -s)" = Darwin ]; then
    fail "no WebGPU adapter answers, though macOS needs no driver: Metal is part of the system" \
      "run this where the GPU is visible: not in a virtual machine or container without one"
  elif has apt-get; then
    install_vulkan_by_apt
  elif has dnf; then
    fail "$problem" "sudo dnf install mesa-vulkan-drivers vulkan-loader, then run this again"
  elif has pacman; then
    fail "$problem" "sudo pacman -S vulkan-swrast vulkan-icd-loader, then run this again"
  elif has apk; then
    fail "$problem" "sudo apk add mesa-vulkan-swrast vulkan-loader, then run this again"
  else
    fail "$problem" "install Mesa's software Vulkan driver (lavapipe) and the Vulkan loader, then run this again"
  fi
  has_adapter ||
    fail "still no WebGPU adapter answers, with $deb_packages installed" \
      "deno eval 'console.log(await navigator.gpu.requestAdapter())' shows what the driver says"
  say "a WebGPU adapter is ready"
}

for_tests=no
case "$# ${1-}" in
  "0 ") ;;
  "1 --tests") for_tests=yes ;;
  *) fail "arguments are $*, wanted none or --tests" "sh setup.sh, or sh setup.sh --tests to run the tests" ;;
esac

ensure_deno
if [ "$for_tests" = yes ]; then ensure_adapter; fi
