#!/usr/bin/env bash
# The release for this platform, as one archive to carry away: the binary, what it may be used under, and how to run it.
source "$(dirname "$0")/env.sh"

scripts/setup.sh build release

version=$("$release" --version | awk '{ print $2 }')
name=brooklet-$version-$(uname -m)-$(uname -s | tr '[:upper:]' '[:lower:]')
folder=$root/target/dist/$name
rm -rf "$folder"
mkdir -p "$folder"
cp "$release" LICENSE-APACHE LICENSE-MIT packaging/brooklet.service "$folder/"
cp docs/self-hosting.md "$folder/README.md"
# A file of symbols would be larger than the program.
if has file && file "$folder/brooklet" | grep -q 'not stripped'; then die "the binary still has its symbols; see strip in Cargo.toml"; fi
tar -C "$root/target/dist" -czf "$folder.tar.gz" "$name"
(cd "$root/target/dist" && if has sha256sum; then sha256sum "$name.tar.gz"; else shasum -a 256 "$name.tar.gz"; fi >"$name.tar.gz.sha256")
say "target/dist/$name/brooklet: $(($(wc -c <"$folder/brooklet") / 1000000)) MB, needs nothing beside it"
# The C library is the one thing that a binary takes from the system where it runs.
if has objdump; then
  say "it needs glibc $(objdump -T "$folder/brooklet" 2>/dev/null | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -1 | cut -d_ -f2) or newer"
fi
say "target/dist/$name.tar.gz ($(($(wc -c <"$folder.tar.gz") / 1000)) KB)"
