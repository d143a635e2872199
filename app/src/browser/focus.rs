//! Where the keys go.

use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlElement};

/// A step among the things of a menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FocusMove {
    First,
    Last,
    Next,
    Previous,
}

impl FocusMove {
    pub fn by_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowDown" => Self::Next,
            "ArrowUp" => Self::Previous,
            "Home" => Self::First,
            "End" => Self::Last,
            _ => return None,
        })
    }

    /// Which of `count` comes after the one at `at`, in a ring.
    fn from(self, at: Option<u32>, count: u32) -> u32 {
        match (self, at) {
            (Self::First, _) | (Self::Next, None) => 0,
            (Self::Last, _) | (Self::Previous, None) => count - 1,
            (Self::Next, Some(at)) => (at + 1) % count,
            (Self::Previous, Some(at)) => (at + count - 1) % count,
        }
    }

    /// Moves the focus among the buttons of the menu.
    pub fn within(self, menu: &Element) {
        let Ok(items) = menu.query_selector_all("button:not(:disabled)") else { return };
        if items.length() == 0 {
            return;
        }
        let active = document().and_then(|document| document.active_element());
        let is_active = |at: &u32| items.item(*at).as_ref() == active.as_ref().map(AsRef::as_ref);
        let at = (0..items.length()).find(is_active);
        if let Some(item) = items.item(self.from(at, items.length())).and_then(|item| item.dyn_into().ok()) {
            focus(&item);
        }
    }
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn focus(element: &HtmlElement) {
    // An element that cannot take the focus leaves it where it is.
    let _ = element.focus();
}

/// Gives the focus to the first element that this CSS selector finds; false where there is none.
pub fn focus_on(selector: &str) -> bool {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    let element = found.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = &element {
        focus(element);
    }
    element.is_some()
}

/// Nothing has the focus, as after the element that had it went away.
pub fn focus_is_lost() -> bool {
    let Some(document) = document() else { return false };
    let active = document.active_element();
    active.is_none() || active == document.body().map(Into::into)
}

/// Takes the focus out of the text field that has it; false where none has.
pub fn leave_field() -> bool {
    let active = document().and_then(|document| document.active_element());
    let field = active.and_then(|active| active.dyn_into::<HtmlElement>().ok());
    // Blurring what has the focus does not fail.
    field.is_some_and(|field| field.blur().is_ok())
}

/// The page has the keys: a field that loses the focus while it has not was left with the whole window.
pub fn page_has_focus() -> bool {
    document().is_some_and(|document| document.has_focus().unwrap_or(true))
}

/// Gives the focus to the first that a selector finds on the page that is being gone to: by the second frame it is there.
pub fn focus_on_next_page(selector: &'static str) {
    super::next_frame(move || {
        super::next_frame(move || {
            focus_on(selector);
        });
    });
}

/// Gives the focus to the first that a selector finds, when the page has been drawn.
pub fn focus_soon(selector: String) {
    super::next_frame(move || {
        focus_on(&selector);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_focus_goes_round() {
        assert_eq!(FocusMove::by_key("ArrowDown"), Some(FocusMove::Next));
        assert_eq!(FocusMove::by_key("a"), None);
        assert_eq!([0, 1, 2].map(|at| FocusMove::Next.from(Some(at), 3)), [1, 2, 0]);
        assert_eq!([0, 1, 2].map(|at| FocusMove::Previous.from(Some(at), 3)), [2, 0, 1]);
        assert_eq!((FocusMove::First.from(Some(2), 3), FocusMove::Last.from(None, 3)), (0, 2));
    }
}
