//! Single elements: keys, focus, selections, the rows of a text area.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusOptions, HtmlElement, HtmlTextAreaElement, KeyboardEvent};

/// What a key means in a text area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Enter, by itself or with Ctrl or Command; with Shift it is a line break.
    Enter,
    Escape,
    Up,
    Page {
        down: bool,
    },
}

/// None for all other keys, and for those that an input method is told: also for the Enter that ends a composition, which
/// Safari sends with key code 229 after the composition's end.
pub fn key(event: &KeyboardEvent) -> Option<Key> {
    if event.is_composing() || event.key_code() == 229 || event.shift_key() || event.alt_key() {
        return None;
    }
    let held = event.ctrl_key() || event.meta_key();
    match event.key().as_str() {
        "Enter" => Some(Key::Enter),
        "Escape" if !held => Some(Key::Escape),
        "ArrowUp" if !held => Some(Key::Up),
        "PageUp" | "PageDown" if !held => Some(Key::Page { down: event.key() == "PageDown" }),
        _ => None,
    }
}

/// The event is of a link, or of something inside of one.
pub fn is_link(event: &Event) -> bool {
    is_within(event, "a")
}

/// The event is of what a selector finds, or of something inside of that.
pub fn is_within(event: &Event, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| target.closest(selector).is_ok_and(|found| found.is_some()))
}

/// Shows as many rows as there are lines, up to `most`: for browsers without `field-sizing`.
pub fn fit_rows(area: &HtmlTextAreaElement, text: &str, most: usize) {
    let lines = text.bytes().filter(|byte| *byte == b'\n').take(most).count() + 1;
    area.set_rows(lines.min(most) as u32);
}

/// Gives it the focus, and leaves the page where it is. What cannot take the focus can still be clicked.
pub fn focus(element: &HtmlElement) {
    let still = FocusOptions::new();
    still.set_prevent_scroll(true);
    drop(element.focus_with_options(&still));
}

/// Gives the focus to the first part that a selector finds.
pub fn focus_part(element: &Element, selector: &str) -> bool {
    let part = element.query_selector(selector).ok().flatten().and_then(|part| part.dyn_into::<HtmlElement>().ok());
    part.as_ref().map(focus).is_some()
}

/// Nobody is at work with the keyboard elsewhere on the page: what was clicked may lose the focus, what was typed into or
/// reached by keys may not.
pub fn is_focus_free() -> bool {
    let active = web_sys::window().and_then(|window| window.document()).and_then(|document| document.active_element());
    active.is_none_or(|element| element.tag_name() == "BODY" || !element.matches(":focus-visible").unwrap_or(false))
}

/// There is a real keyboard, as far as a browser tells: a focused text area does not open one over half of the window.
pub fn has_keyboard() -> bool {
    let query = web_sys::window().and_then(|window| window.match_media("(hover: hover) and (pointer: fine)").ok());
    query.flatten().is_some_and(|query| query.matches())
}

/// Puts words into the text area that a selector finds, as if they had been typed there, and gives it the focus.
pub fn write_into(selector: &str, words: &str) {
    let document = web_sys::window().and_then(|window| window.document());
    let found = document.and_then(|document| document.query_selector(selector).ok().flatten());
    let Some(area) = found.and_then(|found| found.dyn_into::<HtmlTextAreaElement>().ok()) else { return };
    area.set_value(words);
    // An event by a name that is one can be made and sent.
    let _ = Event::new("input").and_then(|event| area.dispatch_event(&event));
    focus(&area);
}

/// Presses the button that a selector finds.
pub fn press_button(selector: &str) {
    if let Some(button) = first(selector) {
        button.click();
    }
}

/// A selector finds something that can be seen.
pub fn is_there(selector: &str) -> bool {
    first(selector).is_some_and(|element| element.offset_width() > 0)
}

fn first(selector: &str) -> Option<HtmlElement> {
    let document = web_sys::window().and_then(|window| window.document());
    document.and_then(|document| document.query_selector(selector).ok().flatten())?.dyn_into().ok()
}

/// Selects all of its text, for who copies it by hand.
pub fn select_all(element: &Element) {
    if let Some(selection) = web_sys::window().and_then(|window| window.get_selection().ok()).flatten() {
        // What is on the page can be selected.
        let _ = selection.select_all_children(element);
    }
}

/// Some of its text is selected.
pub fn has_selection(element: &Element) -> bool {
    let selection = web_sys::window().and_then(|window| window.get_selection().ok()).flatten();
    selection.is_some_and(|selection| {
        !selection.is_collapsed() && selection.anchor_node().is_some_and(|node| element.contains(Some(&node)))
    })
}
