//! The page itself: is it seen, is it online, and what happens to it.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventTarget, PageTransitionEvent, VisibilityState};

/// The page is the one that its window shows.
pub fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_none_or(|document| document.visibility_state() != VisibilityState::Hidden)
}

/// What the browser believes; false is certain, true is only a hope.
pub fn is_online() -> bool {
    web_sys::window().is_none_or(|window| window.navigator().on_line())
}

/// Listens until it is dropped.
pub struct Listener {
    target: EventTarget,
    name: &'static str,
    heard: Closure<dyn Fn(Event)>,
}

impl Listener {
    fn new(target: EventTarget, name: &'static str, heard: impl Fn(Event) + 'static) -> Option<Self> {
        let heard = Closure::<dyn Fn(Event)>::new(heard);
        target.add_event_listener_with_callback(name, heard.as_ref().unchecked_ref()).ok()?;
        Some(Self { target, name, heard })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // It fails for a name that was never added only, and then there is nothing to remove.
        let _ = self.target.remove_event_listener_with_callback(self.name, self.heard.as_ref().unchecked_ref());
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
