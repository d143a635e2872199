#!/usr/bin/env bash
# Hostile bytes for what reads each provider's format: CASES (100000) recordings with anything done to them, for each.
# `make test` tries some hundred.
source "$(dirname "$0")/env.sh"

export BROOKLET_FUZZ_CASES=${CASES:-100000}
say "$BROOKLET_FUZZ_CASES harmed recordings of each format"
compiling cargo test --quiet --lib no_bytes_break </dev/null ||
  die "the reader of a format is broken; the smallest input that shows it is above"
