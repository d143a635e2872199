#!/usr/bin/env bash
# The long form of a test that `make test` runs in short: TORTURE_KILLS (200) kills, from TORTURE_SEED (another each time).
# Holds the shared folder to its end: the program that is killed must stay the same.
source "$(dirname "$0")/env.sh"

export TORTURE_KILLS=${TORTURE_KILLS:-200}
compiling cargo test --quiet --test torture killed -- --nocapture </dev/null ||
  die "something was lost, doubled or torn; the seed and the command that runs it again are above"
