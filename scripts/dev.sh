#!/usr/bin/env bash
# The same as a plain `cargo leptos watch`, after set-up. It compiles into the checkout's own target folder: a watcher
# lives for hours and must not take turns with other clones.
source "$(dirname "$0")/env.sh"

scripts/setup.sh build
unset CARGO_TARGET_DIR
exec cargo leptos watch
