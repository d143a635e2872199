//! A frame that shows what nobody vouches for: it is told once what to show, and what it says is anybody's text.

use super::page::Listener;
use js_sys::{JsString, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlIFrameElement, MessageEvent, Response, Window};

/// A text that the browser holds, and the page's memory does not.
pub struct Fetched(JsString);

/// The text of one of our files; none where it does not come.
pub async fn fetch_text(url: &str) -> Option<Fetched> {
    let response = JsFuture::from(web_sys::window()?.fetch_with_str(url)).await.ok()?.dyn_into::<Response>().ok()?;
    if !response.ok() {
        return None;
    }
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    Some(Fetched(text.dyn_into().ok()?))
}

/// Tells a frame what to show. Whose origin it has is nobody's, so it cannot be named: this is for a document of our own that has
/// just come.
pub fn tell_frame(frame: &HtmlIFrameElement, kind: &str, text: &str, program: Option<&Fetched>) {
    let message = Object::new();
    let program = program.map_or(JsValue::UNDEFINED, |program| program.0.clone().into());
    for (name, value) in [("kind", kind.into()), ("text", text.into()), ("program", program)] {
        // A plain object takes them.
        let _ = Reflect::set(&message, &name.into(), &value);
    }
    if let Some(window) = frame.content_window() {
        // It fails for what cannot be copied, and these can.
        let _ = window.post_message(&message, "*");
    }
}

/// Hears what this frame says, until it is dropped.
pub fn on_frame(frame: &HtmlIFrameElement, heard: impl Fn(String) + 'static) -> Option<Listener> {
    let inside: Window = frame.content_window()?;
    Listener::new(web_sys::window()?.into(), "message", move |event| {
        let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
        let is_its = event.source().is_some_and(|source| source.loose_eq(&inside));
        if let Some(words) = event.data().as_string().filter(|_| is_its) {
            heard(words);
        }
    })
}
