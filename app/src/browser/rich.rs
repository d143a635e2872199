//! What is drawn, as another program takes it: HTML without anything of this page's own, and text.

use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

/// Elements that mean the same everywhere, with what stands for each: a message's headings begin below those of the page.
const MEANT: [(&str, &str); 24] = [
    ("blockquote", "blockquote"),
    ("br", "br"),
    ("code", "code"),
    ("del", "del"),
    ("em", "em"),
    ("h3", "h1"),
    ("h4", "h2"),
    ("h5", "h3"),
    ("h6", "h4"),
    ("hr", "hr"),
    ("li", "li"),
    ("ol", "ol"),
    ("p", "p"),
    ("pre", "pre"),
    ("strong", "strong"),
    ("sup", "sup"),
    ("table", "table"),
    ("tbody", "tbody"),
    ("td", "td"),
    ("th", "th"),
    ("thead", "thead"),
    ("tr", "tr"),
    ("ul", "ul"),
    ("div", "div"),
];

const MATHML: &str = "http://www.w3.org/1998/Math/MathML";

/// As HTML.
pub fn rich(node: &Node) -> String {
    let mut html = String::new();
    write_children(node, &mut html);
    html
}

fn children(node: &Node) -> impl Iterator<Item = Node> {
    std::iter::successors(node.first_child(), Node::next_sibling)
}

fn write_children(node: &Node, html: &mut String) {
    children(node).for_each(|child| write(&child, html));
}

fn write(node: &Node, html: &mut String) {
    let Some(element) = node.dyn_ref::<Element>() else {
        if node.node_type() == Node::TEXT_NODE {
            escape(html, &node.node_value().unwrap_or_default());
        }
        return;
    };
    let tag = element.local_name();
    if element.namespace_uri().as_deref() == Some(MATHML) {
        let names = element.get_attribute_names();
        let names = names.iter().filter_map(|name| name.as_string()).filter(|name| name != "class");
        let attributes = names.map(|name| {
            let value = element.get_attribute(&name).unwrap_or_default();
            (name, value)
        });
        // Other programs go by it.
        let space = (tag == "math").then(|| ("xmlns".to_owned(), MATHML.to_owned()));
        return wrap(html, &tag, &space.into_iter().chain(attributes).collect::<Vec<_>>(), element);
    }
    match &*tag {
        "button" | "figcaption" => {}
        "input" => html.push_str(box_of(element)),
        "span" if element.class_name() == "math" && !element.has_attribute("data-source") => {
            wrap(html, "code", &[], element);
        }
        "a" => match element.get_attribute("href").filter(|href| !href.starts_with('#')) {
            Some(href) => wrap(html, "a", &[("href".to_owned(), href)], element),
            None => write_children(element, html),
        },
        _ => match MEANT.iter().find(|(ours, _)| *ours == tag) {
            Some((_, theirs)) => {
                let kept = [("start", "start"), ("data-align", "align")];
                let value = |(ours, theirs): (&str, &str)| Some((theirs.to_owned(), element.get_attribute(ours)?));
                wrap(html, theirs, &kept.into_iter().filter_map(value).collect::<Vec<_>>(), element);
            }
            None => write_children(element, html),
        },
    }
}

fn wrap(html: &mut String, tag: &str, attributes: &[(String, String)], element: &Element) {
    html.push('<');
    html.push_str(tag);
    for (name, value) in attributes {
        html.push(' ');
        html.push_str(name);
        html.push_str("=\"");
        escape(html, value);
        html.push('"');
    }
    html.push('>');
    if !matches!(tag, "br" | "hr") {
        write_children(element, html);
        html.push_str("</");
        html.push_str(tag);
        html.push('>');
    }
}

/// Adds text to HTML, in elements and in attributes.
pub(super) fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\r' => html.push_str("&#13;"),
            c => html.push(c),
        }
    }
}

fn box_of(input: &Element) -> &'static str {
    if input.has_attribute("checked") { "☑ " } else { "☐ " }
}

/// As text: formulas as they were written, and blocks below each other as a browser puts them.
pub fn plain(node: &Node) -> String {
    let mut text = String::new();
    write_plain(node, &mut text, false);
    text.trim_matches('\n').to_owned()
}

fn write_plain(node: &Node, text: &mut String, exact: bool) {
    for child in children(node) {
        let Some(element) = child.dyn_ref::<Element>() else {
            let is_text = child.node_type() == Node::TEXT_NODE;
            let words = child.node_value().filter(|_| is_text).unwrap_or_default();
            if exact {
                text.push_str(&words);
            } else {
                // A line feed in a line is a space, or stands behind a line's end.
                let words = words.replace('\n', " ");
                text.push_str(if text.ends_with(['\n', '\t']) || text.is_empty() {
                    words.trim_start()
                } else {
                    &words
                });
            }
            continue;
        };
        let tag = element.local_name();
        // What begins an item begins on its line.
        let begins_item = element.previous_element_sibling().is_none() && node.node_name() == "LI";
        let between = match &*tag {
            _ if begins_item => "",
            "p" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "blockquote" | "pre" | "table" | "hr" => "\n\n",
            "li" | "tr" | "div" => "\n",
            _ => "",
        };
        begin(text, between);
        match &*tag {
            "button" | "figcaption" => {}
            "br" => text.push('\n'),
            "input" => text.push_str(box_of(element)),
            "span" if element.has_attribute("data-source") => {
                text.push_str(&element.get_attribute("data-source").unwrap_or_default());
            }
            "td" | "th" => {
                if element.previous_element_sibling().is_some() {
                    text.push('\t');
                }
                write_plain(element, text, exact);
            }
            _ => write_plain(element, text, exact || tag == "pre"),
        }
        if !between.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
    }
}

/// Leaves as many line ends before what comes.
fn begin(text: &mut String, between: &str) {
    if between.is_empty() || text.is_empty() {
        return;
    }
    let there = text.len() - text.trim_end_matches('\n').len();
    text.push_str(&between[there.min(between.len())..]);
}
