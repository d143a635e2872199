//! The clipboard.

use js_sys::{Array, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, ClipboardItem, Document, HtmlDocument, HtmlTextAreaElement};

/// Copies exactly this text; false when the browser refuses both ways.
pub async fn copy(text: &str) -> bool {
    copy_by_clipboard(text).await || copy_by_selection(text).unwrap_or(false)
}

/// Copies a text in both forms at once: who pastes it into a document gets the HTML, an editor the text. Where the browser
/// knows no such thing, the text alone.
pub async fn copy_both(text: &str, html: &str) -> bool {
    let both = match in_both_forms(text, html) {
        Ok(writing) => JsFuture::from(writing).await.is_ok(),
        Err(_) => false,
    };
    both || copy(text).await
}

fn in_both_forms(text: &str, html: &str) -> Result<js_sys::Promise, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let navigator = window.navigator();
    let there = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).is_ok_and(|there| !there.is_undefined());
    if !there(&navigator, "clipboard") || !there(&window, "ClipboardItem") {
        return Err(JsValue::NULL);
    }
    let forms = Object::new();
    for (kind, content) in [("text/plain", text), ("text/html", html)] {
        Reflect::set(&forms, &kind.into(), &blob(content, kind)?.into())?;
    }
    let item = ClipboardItem::new_with_record_from_str_to_blob_promise(&forms)?;
    Ok(navigator.clipboard().write(&Array::of1(&item)))
}

pub(super) fn blob(content: &str, kind: &str) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    Blob::new_with_str_sequence_and_options(&Array::of1(&content.into()), &options)
}

/// `navigator.clipboard` is there only on TLS and on loopback.
async fn copy_by_clipboard(text: &str) -> bool {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else { return false };
    let there = Reflect::get(&navigator, &JsValue::from_str("clipboard"));
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
