//! Single elements: keys, the rows of a text area, scrolling.

use web_sys::{Element, HtmlTextAreaElement, KeyboardEvent};

/// Enter by itself: not Shift+Enter, and not the Enter that ends a composition (which Safari sends with key code 229
/// after the composition's end).
pub fn is_plain_enter(event: &KeyboardEvent) -> bool {
    let modified = event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key();
    event.key() == "Enter" && !modified && !event.is_composing() && event.key_code() != 229
}

/// Shows as many rows as there are lines, up to `most`: for browsers without `field-sizing`.
pub fn fit_rows(area: &HtmlTextAreaElement, most: usize) {
    let lines = area.value().bytes().filter(|byte| *byte == b'\n').take(most).count() + 1;
    area.set_rows(lines.min(most) as u32);
}

/// An element that scrolls.
pub struct Scroller<'a>(pub &'a Element);

impl Scroller<'_> {
    /// The end can be seen, or nearly.
    pub fn is_at_end(&self) -> bool {
        self.0.scroll_height() - self.0.scroll_top() - self.0.client_height() < 64
    }

    pub fn to_end(&self) {
        self.0.set_scroll_top(self.0.scroll_height());
    }

    /// Pixels from the top of what is shown to the end of the content: the same after something was added above.
    pub fn pixels_from_end(&self) -> i32 {
        self.0.scroll_height() - self.0.scroll_top()
    }

    pub fn set_pixels_from_end(&self, pixels: i32) {
        self.0.set_scroll_top(self.0.scroll_height() - pixels);
    }
}
