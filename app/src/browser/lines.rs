//! Lines of code, each in an element of its own: what stands beside them is drawn by the style, and is neither copied nor found.

use super::{
    drawing::{Selected, replace_unselected},
    rich::escape,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

const BEGIN: &str = "<span class=\"line\">";
const END: &str = "</span>";

/// Puts each line of the code into an element; its text stays as it is. False where somebody has selected some of it.
pub fn part_lines(code: &Element, selected: &Selected) -> bool {
    if has_lines(code) {
        return true;
    }
    let mut html = BEGIN.to_owned();
    pieces(code, "", "", &mut html);
    match html.strip_suffix(BEGIN) {
        Some(whole) => html.truncate(whole.len()),
        None => html.push_str(END),
    }
    replace_unselected(code, &html, selected)
}

pub fn has_lines(code: &Element) -> bool {
    code.first_element_child().is_some_and(|first| first.class_name() == "line")
}

/// Adds what is in a node, each piece of a line between these tags.
fn pieces(node: &Node, open: &str, close: &str, html: &mut String) {
    let mut next = node.first_child();
    while let Some(child) = next {
        next = child.next_sibling();
        let text = child.text_content().unwrap_or_default();
        match child.dyn_ref::<Element>() {
            Some(element) if !text.contains('\n') => {
                html.push_str(open);
                html.push_str(&element.outer_html());
                html.push_str(close);
            }
            Some(element) => {
                let whole = element.outer_html();
                let tag = whole.split_inclusive('>').next().unwrap_or_default();
                pieces(element, &format!("{open}{tag}"), &format!("{END}{close}"), html);
            }
            None => {
                for line in text.split_inclusive('\n') {
                    html.push_str(open);
                    escape(html, line);
                    html.push_str(close);
                    if line.ends_with('\n') {
                        html.push_str(END);
                        html.push_str(BEGIN);
                    }
                }
            }
        }
    }
}
