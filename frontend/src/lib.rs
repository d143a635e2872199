//! The WASM entry point. Everything on the page lives in `app`; this crate only wakes it up in the browser.
#![cfg(target_arch = "wasm32")]

#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    app::listen();
    leptos::mount::hydrate_body(app::App);
}
