# Two commands matter: `make run` and `make test`. The rest is for working on Brooklet. The work is done in scripts/.

.DEFAULT_GOAL := help
.PHONY: help run test torture fuzz live dev setup build dist sizes bench bench-page screenshots lint-deps

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: build ## install what is missing, build, serve at http://127.0.0.1:3000 (ARGS="--addr 127.0.0.1:4000")
	@exec target/dist/brooklet $(ARGS)

test: ## everything: format, lints for both targets, unit and HTTP tests, journeys in a browser
	@scripts/test.sh

torture: ## kill the server 200 times while replies run, and count what is lost (8 minutes; a part of it is in make test)
	@scripts/torture.sh

fuzz: ## hostile bytes for what reads the formats of all providers (CASES=100000 for each; some hundred are in make test)
	@scripts/fuzz.sh

live: build ## journeys with the real providers whose keys are in the environment (OPENAI_API_KEY=…); the others are skipped
	@scripts/live.sh

dev: ## build and serve again after each edit, with the page reloading itself
	@scripts/dev.sh

setup: ## install what running and testing need
	@scripts/setup.sh build test

build: ## the release in target/dist/brooklet: one file
	@scripts/setup.sh build release

dist: ## the release as one archive for this platform, in target/dist
	@scripts/dist.sh

sizes: build ## start time, memory and bytes of the first page, beside their budgets
	@node scripts/sizes.mjs target/dist/brooklet

bench: ## latency, CPU and memory beside a plain proxy, twelve minutes (ARGS="late --rounds 3" for some of it)
	@scripts/bench.sh $(ARGS)

bench-page: ## what drawing a reply costs the browser, beside plain text, twelve minutes
	@scripts/bench-page.sh

screenshots: build ## pictures of the page in three widths and two themes, in target/screenshots
	@scripts/screenshots.sh

lint-deps: ## licences and sources of the dependencies, and those that nothing uses
	@scripts/lint-deps.sh
