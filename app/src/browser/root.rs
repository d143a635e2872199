//! The document's own marks: attributes of `<html>`, the tab's icon, the colour of the browser's bars.

use web_sys::{Document, Element, HtmlElement};

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn root() -> Option<Element> {
    document()?.document_element()
}

/// Where a view is put that no other one holds.
pub fn body() -> Option<HtmlElement> {
    document()?.body()
}

/// An attribute of `<html>`.
pub fn root_attribute(name: &str) -> Option<String> {
    root()?.get_attribute(name)
}

/// Sets an attribute of `<html>`, or takes it away.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = root() {
        set(&root, name, value);
    }
}

/// Sets an attribute of the elements that this CSS selector finds.
pub fn set_attribute(selector: &str, name: &str, value: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    // One that is right already is left alone: a new address of an icon would be fetched.
    if let Some(element) = found.filter(|element| element.get_attribute(name).as_deref() != Some(value)) {
        set(&element, name, Some(value));
    }
}

/// Sets a property of the element's own style: what is computed cannot be in the style sheet, and in the HTML the policy forbids it.
pub fn set_property(element: &HtmlElement, name: &str, value: &str) {
    // It fails for a name that is none.
    let _ = element.style().set_property(name, value);
}

pub(super) fn set(element: &Element, name: &str, value: Option<&str>) {
    // Neither fails for a name that is one.
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}
