//! The page itself: is it seen, is it online, and what happens to it.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, EventTarget, KeyboardEvent, PageTransitionEvent, VisibilityState};

/// The page is the one that its window shows.
pub fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_none_or(|document| document.visibility_state() != VisibilityState::Hidden)
}

/// What the browser believes; false is certain, true is only a hope.
pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Loads it again, at the same address.
pub fn load_again() {
    // It fails in a frame whose own rules forbid it, and then the page stays as it is.
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}

/// Listens until it is dropped.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    heard: Closure<dyn Fn(Event)>,
    first: bool,
}

impl Listener {
    pub(super) fn new(target: EventTarget, name: &'static str, heard: impl Fn(Event) + 'static) -> Option<Self> {
        Self::add(target, name, false, Closure::new(heard))
    }

    /// Hears it before those who were there earlier do.
    pub(super) fn first(target: EventTarget, name: &'static str, heard: impl Fn(Event) + 'static) -> Option<Self> {
        Self::add(target, name, true, Closure::new(heard))
    }

    fn add(target: EventTarget, name: &'static str, first: bool, heard: Closure<dyn Fn(Event)>) -> Option<Self> {
        let callback = heard.as_ref().unchecked_ref();
        target.add_event_listener_with_callback_and_bool(name, callback, first).ok()?;
        Some(Self { target, name, heard, first })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // It fails for a name that was never added only, and then there is nothing to remove.
        let heard = self.heard.as_ref().unchecked_ref();
        let _ = self.target.remove_event_listener_with_callback_and_bool(self.name, heard, self.first);
    }
}

/// Listens to an event of the window; `heard` is told whether the page came back from the back-forward cache.
pub fn on_window(name: &'static str, heard: impl Fn(bool) + 'static) -> Option<Listener> {
    let persisted = |event: &Event| event.dyn_ref::<PageTransitionEvent>().is_some_and(|event| event.persisted());
    Listener::new(web_sys::window()?.into(), name, move |event| heard(persisted(&event)))
}

/// Listens to an event of the document.
pub fn on_document(name: &'static str, heard: impl Fn() + 'static) -> Option<Listener> {
    Listener::new(web_sys::window()?.document()?.into(), name, move |_| heard())
}

/// Listens to keys that nothing else on the page took: without modifiers, not composed, and not in a menu or a dialog.
/// `heard` is told the key and whether somebody writes; true when it was for it.
pub fn on_key(heard: impl Fn(&str, bool) -> bool + 'static) -> Option<Listener> {
    Listener::new(web_sys::window()?.document()?.into(), "keydown", move |event| {
        // What fills in a form for its person sends a `keydown` that is no key.
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let modified = event.ctrl_key() || event.alt_key() || event.meta_key();
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let inside = |selector| {
            target.as_ref().is_some_and(|target| target.closest(selector).is_ok_and(|found| found.is_some()))
        };
        let taken = event.default_prevented() || event.is_composing() || event.key_code() == 229 || event.repeat();
        if modified || taken || inside("[role=menu], dialog") {
            return;
        }
        if heard(&event.key(), inside("input, textarea, select, [contenteditable]")) {
            event.prevent_default();
        }
    })
}

/// Listens to a key with Ctrl, or with Command on a Mac, wherever the focus is.
pub fn on_chord(letter: &'static str, heard: impl Fn() + 'static) -> Option<Listener> {
    Listener::new(web_sys::window()?.document()?.into(), "keydown", move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let held = (event.ctrl_key() || event.meta_key()) && !event.alt_key() && !event.shift_key();
        if held && event.key().eq_ignore_ascii_case(letter) && !event.repeat() {
            event.prevent_default();
            heard();
        }
    })
}

/// The window is wide enough for the sidebar beside the page; `style/page.css` says the same.
pub fn page_is_wide() -> bool {
    let query = web_sys::window().and_then(|window| window.match_media("(min-width: 45.01rem)").ok().flatten());
    query.is_none_or(|query| query.matches())
}
