//! Options of a list that keeps the focus elsewhere: which one an event is about, and bringing one into view.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, ScrollIntoViewOptions, ScrollLogicalPosition};

/// The value of this attribute at what was clicked, or around it.
pub fn value_at(event: &Event, attribute: &str) -> Option<String> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.closest(&format!("[{attribute}]")).ok()??.get_attribute(attribute)
}

/// Scrolls the element that fits the selector into what can be seen of its list, and no further.
pub fn reveal(list: &Element, selector: &str) {
    let Ok(Some(element)) = list.query_selector(selector) else { return };
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}
