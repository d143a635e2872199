//! Text that is pasted where somebody writes.

use super::{Element, Listener, TextArea};
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Event, EventTarget, HtmlTextAreaElement};

/// Gives `take` what is pasted into a text area inside of this element, or anywhere on the page, as long as `wants` it: it is
/// then not put into the text.
pub fn on_text_pasted(
    target: Option<&Element>,
    wants: fn(&str) -> bool,
    take: impl Fn(String) + 'static,
) -> Option<Listener> {
    let document = web_sys::window().and_then(|window| window.document());
    let target = target.map(|element| element.clone().into()).or(document.map(EventTarget::from))?;
    Listener::new(target, "paste", move |event| {
        let area = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let writes = area.is_some_and(|area| area.matches("textarea.composer-text").unwrap_or(false));
        let data = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
        let Some(data) = data.filter(|_| writes && !event.default_prevented()) else { return };
        if let Some(text) = data.get_data("text/plain").ok().filter(|text| wants(text)) {
            event.prevent_default();
            take(text);
        }
    })
}

/// Puts text at the end of the text area of the form in which something was pressed.
pub fn write_at_end(event: &Event, text: &str) {
    let pressed = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let form = pressed.and_then(|pressed| pressed.closest("form").ok().flatten());
    let area = form.and_then(|form| form.query_selector("textarea").ok().flatten());
    let Some(area) = area.and_then(|area| area.dyn_into::<HtmlTextAreaElement>().ok()) else { return };
    let area = TextArea::new(&area);
    let written = area.text();
    let end = written.encode_utf16().count() as u32;
    let gap = if written.is_empty() || written.ends_with('\n') { "" } else { "\n" };
    area.write(end..end, &format!("{gap}{text}"));
}
