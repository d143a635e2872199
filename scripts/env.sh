# What every script here shares: sourced, never run.
# Plain bash 3.2, so that it also runs on macOS.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# Clones share what cargo compiles: the second clone builds in minutes. `rm -rf` of this folder is always safe.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/brooklet
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}

# Tools that cargo installs are found even where the shell's profile does not list their folder.
export PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH

# Finished binaries stay in the checkout: the shared folder's may be another clone's a moment later.
release=$root/target/dist/brooklet
upstream=$root/target/dist/upstream

say() { printf '%s\n' "$*" >&2; }

# The last line of whatever fails: what went wrong and what to do.
die() {
  say "brooklet: $*"
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Runs a command that compiles, alone in the shared folder, and on the sources of this checkout.
# Cargo takes equal relative paths for equal packages and trusts file times, so an older clone would be given what a
# newer one compiled. The folder remembers whose sources it saw last; for anybody else they count as changed.
compiling() {
  mkdir -p "$CARGO_TARGET_DIR"
  (
    if has flock && ! flock -n 9; then
      say "another checkout is compiling; waiting for it"
      flock 9
    fi
    checkout="$root $(ls -di "$root" | awk '{print $1}')"
    if [ "$(cat "$CARGO_TARGET_DIR/.checkout" 2>/dev/null || true)" != "$checkout" ]; then
      find src app benches frontend tests -name '*.rs' -exec touch {} +
      printf '%s\n' "$checkout" >"$CARGO_TARGET_DIR/.checkout"
    fi
    "$@" 9>&-
  ) 9>"$CARGO_TARGET_DIR/.lock"
}

# Tools are compiled lightly: they run for seconds, and their own release profiles take three times as long to build.
# The folder outlives a run that was interrupted, so that the next goes on where it ended.
install_from_source() {
  CARGO_TARGET_DIR=$cache/tools CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    CARGO_PROFILE_RELEASE_OPT_LEVEL=1 cargo install --force "$@" && rm -rf "$cache/tools"
}
