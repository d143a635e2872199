#!/usr/bin/env bash
# What drawing a reply costs the browser's main thread, beside the same events as plain text: docs/benchmarks.md.
source "$(dirname "$0")/env.sh"

scripts/setup.sh build test
scripts/build-upstream.sh
cd end2end
BROOKLET_BIN=$release UPSTREAM_BIN=$upstream npx playwright test --config bench.config.ts </dev/null
