#!/usr/bin/env bash
# Measures the release beside a plain proxy and beside the servers that people start from: docs/benchmarks.md tells how.
#
#   scripts/bench.sh [streaming] [load] [waiting] [late] [fanout] [--rounds 5] [--seconds 10] [--wait 60]
source "$(dirname "$0")/env.sh"

[ "$(uname)" = Linux ] || die "the bench reads what a process used from /proc: run it on Linux"

if [ -z "${BROOKLET_BIN:-}" ]; then
  scripts/setup.sh build release
  export BROOKLET_BIN=$release
fi

build() { cargo build --quiet --release -p bench; }
compiling build || die "the bench did not compile; the message is above"

exec "$CARGO_TARGET_DIR/release/bench" "$@"
