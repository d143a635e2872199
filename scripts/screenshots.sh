#!/usr/bin/env bash
# Pictures of the real page with a scripted conversation. Not tests: somebody looks at them.
source "$(dirname "$0")/env.sh"

scripts/setup.sh build test
scripts/build-upstream.sh
cd end2end
BROOKLET_BIN=$release UPSTREAM_BIN=$upstream npx playwright test --config screenshots.config.ts </dev/null
