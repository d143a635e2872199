#!/usr/bin/env bash
# Installs what is missing and nothing else, then says nothing when nothing was.
#
#   scripts/setup.sh build           what building needs
#   scripts/setup.sh build release   the same, then the release binary, unless it is newer than its sources
#   scripts/setup.sh build test      what the journeys in the browser need as well
source "$(dirname "$0")/env.sh"

cargo_leptos_version=0.3.11
wasm_opt_oldest=120
# Draws diagrams on the page. The sum is that of its dist/mermaid.min.js: what runs in people's browsers is what was looked at.
mermaid_version=12.3.0
mermaid=$cache/mermaid-$mermaid_version.js
mermaid_sha512=09a127e8359827530cd261404fd9ef273777cf980fb174ccef0ce9adbf30c7ad795b34e74d2ac6adb2a4654a9ed6cdb89695b6ed7e07948ad216f426ff292a64

# The command-line tool must be of the very version that the page is compiled with.
wasm_bindgen_version=$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print }' Cargo.lock)

# What is missing: a line a step, `minutes|function|what`.
steps=()
need() { steps+=("$1|$2|$3"); }

# Plans ------------------------------------------------------------------------------------------------------------

plan_build() {
  has cargo || die "Rust is missing; install it from https://rustup.rs and run this again"
  [ -d "$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null)" ] ||
    need 1 install_wasm_target "the wasm32-unknown-unknown target of Rust"
  [ "$(version_of cargo-leptos)" = "$cargo_leptos_version" ] ||
    need 13 install_cargo_leptos "cargo-leptos $cargo_leptos_version, compiled once unless cargo-binstall finds it"
  [ "$(version_of wasm-bindgen)" = "$wasm_bindgen_version" ] ||
    need 5 install_wasm_bindgen "wasm-bindgen $wasm_bindgen_version, compiled once unless cargo-binstall finds it"
  cmp -s "$mermaid" public/mermaid.js || need 1 install_mermaid "Mermaid $mermaid_version, from npm"
  wasm_opt_is_good || npm_is_current scripts/wasm-opt || need 1 install_wasm_opt "wasm-opt, from npm"
}

plan_release() {
  release_is_current || need 8 build_release "the release: the page, then the server with the page inside"
}

plan_test() {
  npm_is_current end2end || need 1 install_playwright "Playwright and axe-core, from npm"
  [ -n "$(chromium_path)" ] || need 2 install_chromium "Chromium"
  [ -n "$(nginx_path)" ] || need 1 install_nginx "nginx, for the journeys behind a proxy"
  has openssl || need 1 install_openssl "openssl, for that proxy's certificate"
  [ -d "$cache/share/fonts" ] || ! has apt-get || need 1 install_fonts "fonts for Chinese and emoji, for what the page looks like"
}

# What is there ----------------------------------------------------------------------------------------------------

# `cargo-leptos 0.3.11` and `wasm-bindgen 0.2.130` alike; nothing where the tool is missing.
version_of() { "$1" --version 2>/dev/null | awk '{ print $2; exit }' || true; }

wasm_opt_is_good() {
  local version
  version=$(version_of_wasm_opt)
  [ -n "$version" ] && [ "$version" -ge "$wasm_opt_oldest" ]
}
version_of_wasm_opt() { wasm-opt --version 2>/dev/null | awk '{ print $3 + 0; exit }' || true; }

# npm leaves this file behind when an install is complete.
npm_is_current() { [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ]; }

release_is_current() {
  [ -x "$release" ] &&
    [ -z "$(find src app frontend style public migrations docs Cargo.toml Cargo.lock .cargo -newer "$release" 2>/dev/null | head -1)" ]
}

# The browser that the journeys use; the same order as in end2end/playwright.config.ts.
chromium_path() {
  local browser
  for browser in "${CHROMIUM_PATH:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    # Asked for its version, because some systems ship a stub that only says where to buy one.
    if [ -n "$browser" ] && has "$browser" && "$browser" --version >/dev/null 2>&1; then
      command -v "$browser"
      return
    fi
  done
  # Playwright's own, where it was downloaded.
  (cd end2end && node -p 'require("fs").existsSync(p = require("@playwright/test").chromium.executablePath()) ? p : ""' 2>/dev/null) || true
}

# The proxy of the journeys; the same places as in end2end/fixtures/nginx.ts.
nginx_path() {
  local nginx
  for nginx in "${NGINX_PATH:-}" nginx /usr/sbin/nginx /usr/local/sbin/nginx "$cache/nginx/usr/sbin/nginx"; do
    if [ -n "$nginx" ] && has "$nginx" && "$nginx" -v >/dev/null 2>&1; then
      command -v "$nginx"
      return
    fi
  done
}

# Steps ------------------------------------------------------------------------------------------------------------

install_wasm_target() {
  has rustup || die "this Rust has no wasm32-unknown-unknown target and no rustup to add it; install Rust from https://rustup.rs"
  rustup target add wasm32-unknown-unknown ||
    die "rustup could not add the target; check the network, then run: rustup target add wasm32-unknown-unknown"
}

# A prebuilt binary where cargo-binstall is installed and reaches one; it must not fall back to compiling by its own rules.
install_prebuilt() { has cargo-binstall && cargo binstall --no-confirm --force --disable-strategies compile "$1"; }

install_cargo_leptos() {
  # Without --ignore-rust-version cargo refuses: the tool's lock file names crates that ask for a newer Rust than they need.
  install_prebuilt "cargo-leptos@$cargo_leptos_version" ||
    install_from_source "cargo-leptos@$cargo_leptos_version" --locked --ignore-rust-version ||
    die "cargo-leptos did not install; check the network, run: rustup update stable, then this again"
}

install_wasm_bindgen() {
  # Not --locked: its lock file names a crate that not every mirror has. So cargo chooses, among what this Rust can compile.
  install_prebuilt "wasm-bindgen-cli@$wasm_bindgen_version" ||
    CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS=fallback install_from_source "wasm-bindgen-cli@$wasm_bindgen_version" ||
    die "wasm-bindgen-cli did not install; check the network, run: rustup update stable, then this again"
}

install_wasm_opt() { npm_install scripts/wasm-opt; }

# Alone: with what it is made of, which is inside of that one file already, it would be a hundred packages.
# It goes where the page's other files are; git leaves it out.
install_mermaid() {
  [ -f "$mermaid" ] || fetch_mermaid
  cp -p "$mermaid" public/mermaid.js
}
fetch_mermaid() {
  local folder=$cache/mermaid.new package=$cache/mermaid.new/package
  has npm || die "npm is missing; install Node.js 20 or newer from https://nodejs.org and run this again"
  rm -rf "$folder" && mkdir -p "$folder"
  (npm pack "mermaid@$mermaid_version" --pack-destination "$folder" --loglevel error >/dev/null &&
    tar -xzf "$folder"/*.tgz -C "$folder" package/LICENSE package/dist/mermaid.min.js) ||
    die "Mermaid could not be fetched; check the network, then run: npm pack mermaid@$mermaid_version"
  [ "$(sha512 "$package/dist/mermaid.min.js")" = "$mermaid_sha512" ] ||
    die "npm gave another Mermaid $mermaid_version than the one that scripts/setup.sh names; do not use it"
  # Its licence goes with it.
  (echo "/*! Mermaid $mermaid_version" && cat "$package/LICENSE" && echo "*/" && cat "$package/dist/mermaid.min.js") >"$folder/mermaid.js"
  mv "$folder/mermaid.js" "$mermaid" && rm -rf "$folder"
}
sha512() { node -p 'require("crypto").createHash("sha512").update(require("fs").readFileSync(process.argv[1])).digest("hex")' "$1"; }

install_playwright() { npm_install end2end; }

npm_install() {
  has npm || die "npm is missing; install Node.js 20 or newer from https://nodejs.org and run this again"
  npm ci --prefix "$1" --no-audit --no-fund || die "npm could not install; check the network, then run: npm ci --prefix $1"
  # npm leaves the time alone when nothing had to change.
  touch "$1/node_modules/.package-lock.json"
}

install_chromium() {
  if has apt-get && [ "$(id -u)" = 0 ] && apt_has chromium; then
    apt_install chromium
  else
    (cd end2end && npx playwright install chromium) || true
  fi
  [ -n "$(chromium_path)" ] ||
    die "the journeys need Chromium; install it (sudo apt-get install chromium), or set CHROMIUM_PATH to one"
}

# Unpacked and not installed: the package would start a server on port 80 at once. So it needs no root either.
install_nginx() {
  local package
  if has apt-get && has dpkg; then
    [ "$(id -u)" != 0 ] || apt_update
    mkdir -p "$cache/nginx"
    # On Ubuntu the program is in a package that the first one only names.
    for package in nginx nginx-core; do
      [ -n "$(nginx_path)" ] ||
        (cd "$cache/nginx" && apt-get download -q "$package" && dpkg -x "$package"_*.deb . && rm "$package"_*.deb) || true
    done
  fi
  [ -n "$(nginx_path)" ] ||
    die "the journeys need nginx; install it (apt-get install nginx, brew install nginx), or set NGINX_PATH to one"
}

install_openssl() {
  if has apt-get && [ "$(id -u)" = 0 ]; then apt_install openssl; else die "the journeys need openssl; install it and run this again"; fi
}

# Unpacked as well, for the browser of the journeys alone: the same fonts everywhere, whatever the system has.
install_fonts() {
  local folder=$cache/fonts.new
  [ "$(id -u)" != 0 ] || apt_update
  rm -rf "$folder" && mkdir -p "$folder"
  (cd "$folder" && apt-get download -q fonts-wqy-microhei fonts-noto-color-emoji && for package in *.deb; do dpkg -x "$package" .; done) ||
    die "the fonts could not be fetched; run: apt-get update"
  mkdir -p "$cache/share"
  mv "$folder/usr/share/fonts" "$cache/share/fonts" && rm -rf "$folder"
}

# On Ubuntu the package called chromium-browser is a stub that needs snap; only a real candidate of this name counts.
apt_has() { apt_update && [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; }

apt_install() {
  apt_update
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "$@" </dev/null ||
    die "apt could not install $*; run: apt-get install $*"
}

# Once a run. Another apt may hold the lists; wait for it, but not for ever.
apt_updated=
apt_update() {
  [ -z "$apt_updated" ] || return 0
  local tries
  for tries in 1 2 3 4 5 6 7 8 9 10; do
    if apt-get update -q </dev/null; then
      apt_updated=1
      return 0
    fi
    [ "$tries" = 10 ] || sleep 15
  done
  die "apt cannot refresh its lists; run: apt-get update"
}

build_release() { "$root/scripts/build.sh"; }

# ------------------------------------------------------------------------------------------------------------------

for part in "$@"; do "plan_$part"; done
total=${#steps[@]}
number=0
for step in ${steps[@]+"${steps[@]}"}; do
  number=$((number + 1))
  IFS='|' read -r minutes function what <<<"$step"
  say "step $number of $total: $what (about $minutes min)"
  "$function"
done
