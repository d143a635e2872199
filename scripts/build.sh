#!/usr/bin/env bash
# Builds the release into target/dist/brooklet: one file with the page inside.
source "$(dirname "$0")/env.sh"

# Splitting puts what the first page does not need (Markdown) into a file of its own; without it such a page does not wake up.
# The names of these files change with the code, so those of the last build are taken away first.
#
# Precompressing makes cargo-leptos build the page before the server that embeds it; without it both are built side by
# side, and the binary may hold an old page or none. The copy goes by a new name and a move, so that a server that still
# runs keeps its file, and it is as old as the start of the build, so that an edit in the meantime counts.
build() {
  mkdir -p "$(dirname "$release")" &&
    touch "$release.started" &&
    rm -f target/site/pkg/*split* target/site/pkg/chunk_* &&
    PATH=$root/scripts/wasm-opt:$PATH cargo leptos build --release --split --precompress &&
    cp "$CARGO_TARGET_DIR/release/brooklet" "$release.new" &&
    touch -r "$release.started" "$release.new" &&
    mv "$release.new" "$release" && rm "$release.started"
}

# Where this machine keeps its libraries is nobody's business, and each of a hundred such places in the page costs bytes: a
# library's path begins with its name. The flag of .cargo/config.toml is repeated, since these take its place. A folder with
# a space in its name stays, since the flags could not tell.
sources=${CARGO_HOME:-$HOME/.cargo}/registry/src
case $sources in
  *[[:space:]]*) ;;
  *)
    export RUSTFLAGS="--cfg erase_components --remap-path-prefix=$sources=crates"
    RUSTFLAGS="$RUSTFLAGS --remap-path-prefix=$sources/index.crates.io-1949cf8c6b5b557f/="
    ;;
esac

compiling build || die "the build failed; the compiler's message is above"

# Cargo sees a changed file of the page, but not a new one. Then the server is told, and built once more.
if ! node scripts/check-embedded.mjs "$release" 2>/dev/null; then
  touch src/lib.rs
  compiling build || die "the build failed; the compiler's message is above"
  node scripts/check-embedded.mjs "$release" || die "the binary does not hold the page; run: rm -r target/site, then this again"
fi
