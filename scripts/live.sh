#!/usr/bin/env bash
# Journeys with the real providers whose keys are in the environment. They cost their owner something, and need the network.
source "$(dirname "$0")/env.sh"

scripts/setup.sh build test
scripts/build-upstream.sh
cd end2end
BROOKLET_BIN=$release UPSTREAM_BIN=$upstream npx playwright test --config live.config.ts </dev/null
