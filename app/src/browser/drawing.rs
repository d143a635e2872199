//! HTML that grows in place: what is there already stays, down to the nodes of its text, so that a selection in it stays
//! as well.

use super::lines::has_lines;
use wasm_bindgen::JsCast;
use web_sys::{CharacterData, DocumentFragment, Element, HtmlTemplateElement, Node, Range};

/// What a reader has set by hand, and no drawing takes back.
const OF_THE_READER: [&str; 3] = ["data-wrap", "data-numbers", "aria-pressed"];

/// Draws one child of the block again.
pub fn draw_again(block: &Element, at: usize, html: &str) {
    let (Some(old), Some(new)) = (child(block, at), parsed(html).and_then(|new| new.first_child())) else { return };
    if !become_like(&old, &new) {
        drop_result(block.replace_child(&new, &old));
    }
}

/// Draws the block's children from one of them on. That one keeps its first `keep` children, if it keeps any.
pub fn draw_from(block: &Element, at: usize, keep: usize, html: &str) {
    let Some(new) = parsed(html) else { return };
    let mut old = child(block, at);
    if keep > 0
        && let (Some(held), Some(first)) = (&old, new.first_element_child())
    {
        sync_attributes(held, &first);
        let (holder, units) = (holder(held), holder(&first));
        become_children(&holder, child(&holder, keep).map(Into::into), &units);
        first.remove();
        old = held.next_element_sibling();
    }
    become_children(block, old.map(Into::into), &new);
}

/// Goes on with the text of one child, after taking UTF-16 units off its end.
pub fn extend(block: &Element, at: usize, mut drop: usize, html: &str) {
    let Some(holder) = child(block, at).map(|element| holder(&element)) else { return };
    // What was whole goes on: lines are parted, and colours are asked for, when it is whole again.
    if has_lines(&holder) {
        holder.set_text_content(holder.text_content().as_deref());
        drop_result(holder.remove_attribute("data-coloured"));
    }
    while drop > 0 {
        let Some(last) = holder.last_child() else { break };
        match last.dyn_ref::<CharacterData>().map(|text| (text, text.length() as usize)) {
            Some((text, length)) if length > drop => {
                drop_result(text.delete_data((length - drop) as u32, drop as u32));
                drop = 0;
            }
            known => {
                let length = known.map_or_else(|| utf16_length(&last), |(_, length)| length);
                drop = drop.saturating_sub(length);
                drop_result(holder.remove_child(&last));
            }
        }
    }
    let Some(new) = parsed(html) else { return };
    while let Some(node) = new.first_child() {
        let last = holder.last_child().filter(is_text);
        match (last, is_text(&node)) {
            (Some(last), true) => {
                let more = node.text_content().unwrap_or_default();
                drop_result(last.unchecked_ref::<CharacterData>().append_data(&more));
                drop_result(new.remove_child(&node));
            }
            _ => drop_result(holder.append_child(&node)),
        }
    }
}

/// What is selected now. Browsers lay the page out before they say, which in a long one takes longer than all else that is done to
/// many of its parts: so it is asked once for all of them.
pub struct Selected(Option<Range>);

impl Selected {
    pub fn now() -> Self {
        Self(selected_range())
    }

    fn holds_some_of(&self, node: &Node) -> bool {
        self.0.as_ref().is_some_and(|range| range.intersects_node(node).unwrap_or(false))
    }
}

/// Puts HTML in the place of all that is in the element, if nobody has selected any of it.
pub fn replace_unselected(element: &Element, html: &str, selected: &Selected) -> bool {
    let is_free = !selected.holds_some_of(element);
    if is_free {
        element.set_inner_html(html);
    }
    is_free
}

/// Somebody has selected something that the selector finds, or a part of it.
pub fn is_in_selection(selector: &str) -> bool {
    let found = || {
        let range = selected_range()?;
        let node = range.common_ancestor_container().ok()?;
        let around = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())?;
        let inside = || all_in(&around, selector).iter().any(|part| range.intersects_node(part).unwrap_or(false));
        Some(around.closest(selector).is_ok_and(|found| found.is_some()) || inside())
    };
    found().unwrap_or(false)
}

/// A copy of what is selected, with all of each thing that the selector finds.
pub fn selected_copy(selector: &str) -> Option<Node> {
    let range = selected_range()?.clone_range();
    let around = |node: Result<Node, _>| {
        let node: Node = node.ok()?;
        let element = node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())?;
        element.closest(selector).ok()?
    };
    // Each is in the page, and has a parent.
    if let Some(whole) = around(range.start_container()) {
        drop_result(range.set_start_before(&whole));
    }
    if let Some(whole) = around(range.end_container()) {
        drop_result(range.set_end_after(&whole));
    }
    range.clone_contents().ok().map(Into::into)
}

fn selected_range() -> Option<Range> {
    let selection = web_sys::window()?.get_selection().ok()??;
    if selection.is_collapsed() { None } else { selection.get_range_at(0).ok() }
}

/// The element itself or what holds it with this attribute, and the attribute's value.
pub fn pressed(event: &web_sys::Event, attribute: &str) -> Option<(Element, String)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let element = target.closest(&format!("[{attribute}]")).ok()??;
    let value = element.get_attribute(attribute)?;
    Some((element, value))
}

/// The elements in this one that the selector names.
pub fn all_in(element: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = element.query_selector_all(selector) else { return vec![] };
    (0..found.length()).filter_map(|index| found.get(index)?.dyn_into().ok()).collect()
}

/// The elements of the page that the selector names.
pub fn on_page(selector: &str) -> Vec<Element> {
    let root = web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element());
    root.map(|root| all_in(&root, selector)).unwrap_or_default()
}

/// The element outside of this one that the selector names.
pub fn around(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok()?
}

/// Whether anything is drawn in the element. If not, it is made empty: a view may have left a mark of its own in it.
pub fn is_drawn(element: &Element) -> bool {
    let drawn = element.first_element_child().is_some();
    if !drawn {
        element.set_text_content(None);
    }
    drawn
}

/// The last block of text in what the element shows: where something grows, it is there.
pub fn growing_end(element: &Element) -> Option<Element> {
    let mut end = element.last_element_child()?;
    while matches!(&*end.tag_name(), "UL" | "OL" | "LI" | "BLOCKQUOTE" | "DIV" | "TABLE" | "TBODY" | "TR")
        // Behind a table stands its button.
        && let Some(inner) = holder(&end).last_element_child()
    {
        end = inner;
    }
    Some(end)
}

/// Text stands right behind the element.
pub fn has_text_behind(element: &Element) -> bool {
    element.next_sibling().is_some_and(|node| is_text(&node) && node.node_value().is_some_and(|text| !text.is_empty()))
}

fn parsed(html: &str) -> Option<DocumentFragment> {
    let template = web_sys::window()?.document()?.create_element("template").ok()?;
    template.set_inner_html(html);
    Some(template.unchecked_into::<HtmlTemplateElement>().content())
}

fn child(element: &Element, at: usize) -> Option<Element> {
    element.children().item(at as u32)
}

/// Where the units of a block are: rows of a table, text of a code block, and the children of all others.
fn holder(element: &Element) -> Element {
    let inner = match element.tag_name().as_str() {
        "DIV" => element.query_selector("tbody"),
        "FIGURE" => element.query_selector("code"),
        _ => Ok(None),
    };
    inner.ok().flatten().unwrap_or_else(|| element.clone())
}

/// Makes the parent's children, from one of them on, like the new ones.
fn become_children(parent: &Node, from: Option<Node>, new: &Node) {
    let mut old = from;
    let mut next_new = new.first_child();
    while let Some(new) = next_new {
        next_new = new.next_sibling();
        match old {
            Some(node) => {
                old = node.next_sibling();
                if !become_like(&node, &new) {
                    drop_result(parent.replace_child(&new, &node));
                }
            }
            None => drop_result(parent.append_child(&new)),
        }
    }
    while let Some(node) = old {
        old = node.next_sibling();
        drop_result(parent.remove_child(&node));
    }
}

/// Makes a node like another one, if they are of a kind. Their depth is bounded by the renderer.
fn become_like(old: &Node, new: &Node) -> bool {
    if old.node_name() != new.node_name() {
        return false;
    }
    if old.is_equal_node(Some(new)) {
        return true;
    }
    if is_text(old) {
        let (held, wanted) = (old.node_value().unwrap_or_default(), new.node_value().unwrap_or_default());
        match wanted.strip_prefix(&held) {
            Some(more) => drop_result(old.unchecked_ref::<CharacterData>().append_data(more)),
            None => old.set_node_value(Some(&wanted)),
        }
        return true;
    }
    if let (Some(old), Some(new)) = (old.dyn_ref::<Element>(), new.dyn_ref::<Element>()) {
        // Code that has its colours keeps them.
        if old.tag_name() == "CODE" && old.text_content() == new.text_content() {
            return true;
        }
        // So does a formula that is typeset, or is to be.
        if old.class_name() == "math" && new.class_name() == "math" && source(old) == new.text_content() {
            return true;
        }
        sync_attributes(old, new);
        become_children(old, old.first_child(), new);
    }
    true
}

/// What a formula was written as. Its ends tell its kind.
fn source(formula: &Element) -> Option<String> {
    formula.get_attribute("data-source").or_else(|| formula.text_content())
}

fn sync_attributes(old: &Element, new: &Element) {
    let names = |element: &Element| -> Vec<String> {
        let names = element.get_attribute_names();
        let names = names.iter().filter_map(|name| name.as_string());
        names.filter(|name| !OF_THE_READER.contains(&&**name)).collect()
    };
    for name in names(new) {
        let value = new.get_attribute(&name);
        if old.get_attribute(&name) != value {
            drop_result(old.set_attribute(&name, &value.unwrap_or_default()));
        }
    }
    for name in names(old).iter().filter(|name| !new.has_attribute(name)) {
        drop_result(old.remove_attribute(name));
    }
}

fn is_text(node: &Node) -> bool {
    node.node_type() == Node::TEXT_NODE
}

fn utf16_length(node: &Node) -> usize {
    node.text_content().unwrap_or_default().encode_utf16().count()
}

/// For changes of the tree that cannot fail: both nodes are where we saw them a moment ago.
fn drop_result<T, E>(_: Result<T, E>) {}
