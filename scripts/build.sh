#!/usr/bin/env bash
# Builds the release into target/dist/brooklet: one file with the page inside.
source "$(dirname "$0")/env.sh"

# Precompressing makes cargo-leptos build the page before the server that embeds it; without it both are built side by
# side, and the binary may hold an old page or none. The copy goes by a new name and a move, so that a server that still
# runs keeps its file, and it is as old as the start of the build, so that an edit in the meantime counts.
build() {
  mkdir -p "$(dirname "$release")" &&
    touch "$release.started" &&
    cargo leptos build --release --precompress &&
    cp "$CARGO_TARGET_DIR/release/brooklet" "$release.new" &&
    touch -r "$release.started" "$release.new" &&
    mv "$release.new" "$release" && rm "$release.started"
}

compiling build || die "the build failed; the compiler's message is above"

# Cargo sees a changed file of the page, but not a new one. Then the server is told, and built once more.
if ! node scripts/check-embedded.mjs "$release" 2>/dev/null; then
  touch src/lib.rs
  compiling build || die "the build failed; the compiler's message is above"
  node scripts/check-embedded.mjs "$release" || die "the binary does not hold the page; run: rm -r target/site, then this again"
fi
