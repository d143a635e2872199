//! A text area: where its writer is, and what is written there for them. Places are in UTF-16 units, as browsers count.

use super::Listener;
use std::ops::Range;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlDocument, HtmlTextAreaElement, KeyboardEvent};

/// Bytes that are typed for somebody; more are put there.
const LONG: usize = 8_000;

#[derive(Clone)]
pub struct TextArea(HtmlTextAreaElement);

/// What hears a key.
pub type Pressed = Box<dyn Fn(&TextArea, &str) -> bool>;

/// Who hears of a text area before anything else on the page does.
pub struct Before {
    /// Something was written, or the caret moved.
    pub typed: Box<dyn Fn(&TextArea)>,
    /// A key without modifiers, which is no input method's; true when it was for it, and for nobody else.
    pub pressed: Pressed,
    /// The focus went elsewhere.
    pub left: Box<dyn Fn()>,
}

impl TextArea {
    pub fn new(element: &HtmlTextAreaElement) -> Self {
        Self(element.clone())
    }

    pub fn text(&self) -> String {
        self.0.value()
    }

    /// None while something is selected.
    pub fn caret(&self) -> Option<u32> {
        let (start, end) = (self.0.selection_start().ok()??, self.selection_end()?);
        (start == end).then_some(end)
    }

    pub fn selection_end(&self) -> Option<u32> {
        self.0.selection_end().ok()?
    }

    pub fn select(&self, place: Range<u32>) {
        // It fails for other kinds of input only.
        let _ = self.0.set_selection_range(place.start, place.end);
    }

    /// Puts text in this place, as if it had been typed: it can be taken back by the browser's own Undo, and is heard of.
    pub fn write(&self, place: Range<u32>, text: &str) {
        super::focus(&self.0);
        self.select(place.clone());
        let document = web_sys::window().and_then(|window| window.document());
        let document = document.and_then(|document| document.dyn_into::<HtmlDocument>().ok());
        let command = if text.is_empty() { "delete" } else { "insertText" };
        // Browsers take many seconds to type as much as a book.
        let typed = text.len() <= LONG
            && document.is_some_and(|it| it.exec_command_with_show_ui_and_value(command, false, text).unwrap_or(false));
        if !typed {
            // Then the browser forgets what could be undone.
            let _ = self.0.set_range_text(text);
            let end = place.start + text.encode_utf16().count() as u32;
            self.select(end..end);
            let _ = Event::new("input").and_then(|event| self.0.dispatch_event(&event));
        }
    }

    /// Which list its keys walk, and where in it they are, for who hears the page read out.
    pub fn points_at(&self, list: Option<&str>, active: Option<&str>) {
        super::root::set(&self.0, "aria-controls", list);
        super::root::set(&self.0, "aria-activedescendant", active);
        super::root::set(&self.0, "aria-autocomplete", list.map(|_| "list"));
    }
}

/// Listens until what it gives is dropped.
pub fn on_text_area(area: &HtmlTextAreaElement, before: Before) -> Vec<Listener> {
    let Before { typed, pressed, left } = before;
    let typed = std::rc::Rc::new(typed);
    let (area_typed, area_moved, area_pressed) = (TextArea::new(area), TextArea::new(area), TextArea::new(area));
    let moved = typed.clone();
    let press = move |event: Event| {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        let modified = key.ctrl_key() || key.alt_key() || key.meta_key() || key.shift_key();
        if modified || key.is_composing() || key.key_code() == 229 {
            return;
        }
        if pressed(&area_pressed, &key.key()) {
            event.prevent_default();
            event.stop_immediate_propagation();
        }
    };
    let listeners = [
        Listener::first(area.clone().into(), "keydown", press),
        Listener::new(area.clone().into(), "input", move |_| typed(&area_typed)),
        Listener::new(area.clone().into(), "click", move |_| moved(&area_moved)),
        Listener::new(area.clone().into(), "blur", move |_| left()),
    ];
    listeners.into_iter().flatten().collect()
}
