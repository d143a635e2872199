//! Text that grows in place: nodes are appended to, never replaced, so a selection inside them stays.

use wasm_bindgen::JsCast;
use web_sys::{Element, Text};

/// Appends to the text of the last paragraph.
pub fn extend_last(block: &Element, text: &str) {
    let Some(paragraph) = block.last_element_child() else { return begin_paragraph(block, text) };
    // The text is the first node: a comment that marks the view's end may stand behind it, and takes text as well.
    match paragraph.first_child().and_then(|node| node.dyn_into::<Text>().ok()) {
        // Appending to a text node cannot fail.
        Some(node) => drop(node.append_data(text)),
        None => paragraph.set_text_content(Some(text)),
    }
}

/// Adds a paragraph with this text, which is shown as it is.
pub fn begin_paragraph(block: &Element, text: &str) {
    let Some(document) = block.owner_document() else { return };
    if let Ok(paragraph) = document.create_element("p") {
        paragraph.set_class_name("verbatim");
        paragraph.set_text_content(Some(text));
        // An element without children of its own can always be appended.
        let _ = block.append_child(&paragraph);
    }
}

/// Removes all paragraphs.
pub fn clear(block: &Element) {
    while let Some(paragraph) = block.last_element_child() {
        paragraph.remove();
    }
}

/// The text that the element shows, exactly.
pub fn text_of(block: &Element) -> String {
    block.text_content().unwrap_or_default()
}
