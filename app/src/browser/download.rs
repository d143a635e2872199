//! Files that the page gives.

use super::{clipboard::blob, timer::sleep};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlAnchorElement, Url};

/// By then the browser has begun to read it.
const KEPT_MS: u64 = 60_000;

/// Gives a text as a file of this name; false where the browser does not.
pub fn save(name: &str, text: &str) -> bool {
    let link = || -> Option<(HtmlAnchorElement, String)> {
        let document = web_sys::window()?.document()?;
        // Of no known kind: the browser saves it, and shows it to nobody.
        let url = Url::create_object_url_with_blob(&blob(text, "application/octet-stream").ok()?).ok()?;
        Some((document.create_element("a").ok()?.dyn_into().ok()?, url))
    };
    let Some((link, url)) = link() else { return false };
    link.set_href(&url);
    link.set_download(name);
    link.click();
    spawn_local(async move {
        sleep(KEPT_MS).await;
        // It is one of ours.
        let _ = Url::revoke_object_url(&url);
    });
    true
}
