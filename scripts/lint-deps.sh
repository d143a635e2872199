#!/usr/bin/env bash
# Not a part of `make test`: what it finds changes with the world outside, not with an edit here.
source "$(dirname "$0")/env.sh"

for tool in cargo-deny cargo-machete; do
  has "$tool" && continue
  say "installing $tool, compiled once (a few minutes)"
  install_from_source --locked "$tool" || die "$tool did not install; check the network, run: rustup update stable, then this again"
done

cargo deny --log-level warn check licenses bans sources || die "a dependency breaks a rule of deny.toml; it is above"

# The list of known vulnerabilities lives on GitHub, which not every machine reaches.
if cargo deny --log-level error fetch db >/dev/null 2>&1; then
  cargo deny --log-level warn check advisories || die "a dependency has a known vulnerability; it is above"
else
  say "the list of known vulnerabilities cannot be reached from here: not checked"
fi

cargo machete || die "a dependency is declared and never used; it is above"
