//! The clipboard.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, HtmlDocument, HtmlTextAreaElement};

/// Copies exactly this text; false when the browser refuses both ways.
pub async fn copy(text: &str) -> bool {
    copy_by_clipboard(text).await || copy_by_selection(text).unwrap_or(false)
}

/// `navigator.clipboard` is there only on TLS and on loopback.
async fn copy_by_clipboard(text: &str) -> bool {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return false };
    let there = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if !there.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok()
}

/// The old way, which works over plain HTTP too: a text area out of sight, selected and copied.
fn copy_by_selection(text: &str) -> Option<bool> {
    let document: Document = web_sys::window()?.document()?;
    let focused = document.active_element();
    let area: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    area.set_class_name("offscreen");
    area.set_value(text);
    document.body()?.append_child(&area).ok()?;
    area.select();
    let copied = document.unchecked_ref::<HtmlDocument>().exec_command("copy").unwrap_or(false);
    area.remove();
    if let Some(focused) = focused.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // Without the focus back, the next key goes nowhere; where it cannot be had there is nothing to do.
        let _ = focused.focus();
    }
    Some(copied)
}
