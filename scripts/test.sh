#!/usr/bin/env bash
# Everything that must hold, from the cheapest check to the journeys. Ends with Playwright's own count.
source "$(dirname "$0")/env.sh"

total=7
number=0
step() {
  number=$((number + 1))
  say "── test $number of $total: $1 (after $((SECONDS / 60)) min $((SECONDS % 60)) s)"
}

scripts/setup.sh build test

step "format"
cargo fmt --all --check || die "the format differs; run: cargo fmt --all"

step "lints, server and tests"
compiling cargo clippy --quiet --workspace --all-targets -- -D warnings || die "clippy found something; it is above"

step "lints, page"
compiling cargo clippy --quiet -p app -p frontend --target wasm32-unknown-unknown -- -D warnings || die "clippy found something in the page; it is above"

step "unit and HTTP tests"
compiling cargo test --quiet --workspace </dev/null || die "a test failed; it is above"

step "the scripted upstream for the journeys"
scripts/build-upstream.sh

step "release build"
scripts/setup.sh build release

step "journeys in a browser"
cd end2end
npx tsc || die "the journeys' types do not fit; it is above"
BROOKLET_BIN=$release UPSTREAM_BIN=$upstream npx playwright test </dev/null || die "a journey failed; it is above"
