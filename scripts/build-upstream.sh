#!/usr/bin/env bash
# Builds the scripted upstream, which plays the model's server for the journeys, into target/dist/upstream.
source "$(dirname "$0")/env.sh"

# The whole workspace is named so that the dependencies are those of `cargo test`, already compiled.
build() {
  cargo build --quiet --workspace --bin upstream &&
    mkdir -p "$(dirname "$upstream")" &&
    cp "$CARGO_TARGET_DIR/debug/upstream" "$upstream.new" &&
    mv "$upstream.new" "$upstream"
}

compiling build || die "the scripted upstream did not compile; the message is above"
