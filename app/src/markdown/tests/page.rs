//! A page without a browser: reads the HTML that is drawn, strictly, and does to it what `browser::markdown` does.

use crate::markdown::Draw;
use std::fmt::Write;

#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Element(Element),
    Text(String),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    pub tag: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

/// All that may ever be drawn: elements with the attributes that each may have.
const ALLOWED: [(&str, &[&str]); 32] = [
    ("a", &["href", "target", "rel", "class"]),
    ("blockquote", &["class", "data-alert", "dir"]),
    ("br", &[]),
    ("button", &["class", "type", "data-action", "aria-pressed", "aria-haspopup", "aria-label", "title"]),
    ("code", &["dir"]),
    ("del", &[]),
    ("div", &["class", "role", "tabindex", "aria-label", "id"]),
    ("em", &[]),
    ("figcaption", &["class"]),
    ("figure", &["class", "dir", "data-language"]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("hr", &[]),
    ("input", &["type", "disabled", "checked", "aria-label"]),
    ("li", &["class"]),
    ("ol", &["dir", "start", "data-tight"]),
    ("p", &["class", "dir"]),
    ("path", &["d"]),
    ("pre", &["tabindex"]),
    ("span", &["class", "data-name", "data-math", "data-long", "dir", "role", "tabindex", "aria-label"]),
    ("strong", &[]),
    ("sup", &["class"]),
    ("svg", &["class", "viewBox", "aria-hidden"]),
    ("table", &["dir"]),
    ("tbody", &[]),
    ("td", &["data-align"]),
    ("th", &["scope", "data-align"]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &["dir", "data-tight"]),
];
const VOID: [&str; 3] = ["br", "hr", "input"];

/// What an HTML parser would close by itself, and so must not be nested.
const CLOSED_BY_BLOCKS: [&str; 1] = ["p"];
const BLOCKS: [&str; 13] =
    ["p", "div", "ul", "ol", "li", "blockquote", "figure", "pre", "table", "h3", "h4", "h5", "hr"];

/// Reads HTML; panics at anything that an HTML parser would have to mend, and at anything that may not be drawn.
pub fn read(html: &str) -> Vec<Node> {
    let mut stack = vec![Element { tag: String::new(), attributes: vec![], children: vec![] }];
    let mut rest = html;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix("</") {
            let (tag, after) = inner.split_once('>').expect("a closing tag ends");
            let element = stack.pop().unwrap();
            assert_eq!(element.tag, tag, "closed in order: {html}");
            stack.last_mut().expect("something is open").children.push(Node::Element(element));
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('<') {
            let (element, after) = read_tag(inner);
            let inside = |names: &[&str]| stack.iter().any(|open| names.contains(&&*open.tag));
            if BLOCKS.contains(&&*element.tag) {
                assert!(!inside(&CLOSED_BY_BLOCKS), "a block in a paragraph: {html}");
            }
            assert!(element.tag != "a" || !inside(&["a"]), "a link in a link: {html}");
            if VOID.contains(&&*element.tag) {
                stack.last_mut().unwrap().children.push(Node::Element(element));
            } else {
                stack.push(element);
            }
            rest = after;
        } else {
            let end = rest.find('<').unwrap_or(rest.len());
            push_text(&mut stack.last_mut().unwrap().children, &read_text(&rest[..end]));
            rest = &rest[end..];
        }
    }
    let root = stack.pop().unwrap();
    assert!(stack.is_empty() && root.tag.is_empty(), "not closed: {html}");
    root.children
}

fn read_tag(inner: &str) -> (Element, &str) {
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric()).expect("a tag ends");
    let (tag, mut rest) = inner.split_at(end);
    let allowed = ALLOWED.iter().find(|(name, _)| *name == tag).unwrap_or_else(|| panic!("<{tag}> is never drawn")).1;
    let mut attributes: Vec<(String, String)> = vec![];
    loop {
        if let Some(after) = rest.strip_prefix('>') {
            return (Element { tag: tag.into(), attributes, children: vec![] }, after);
        }
        rest = rest.strip_prefix(' ').expect("a space before an attribute");
        let end = rest.find(['=', ' ', '>']).expect("a name ends");
        let (name, after) = rest.split_at(end);
        assert!(allowed.contains(&name), "<{tag} {name}> is never drawn");
        assert!(!attributes.iter().any(|(other, _)| other == name), "twice: {name}");
        let value = match after.strip_prefix("=\"") {
            Some(after) => {
                let (value, after) = after.split_once('"').expect("a value ends");
                rest = after;
                read_text(value)
            }
            None => {
                rest = after;
                String::new()
            }
        };
        check_value(tag, name, &value);
        attributes.push((name.into(), value));
    }
}

fn check_value(tag: &str, name: &str, value: &str) {
    if name == "href" {
        let safe =
            ["http://", "https://", "mailto:"].iter().any(|scheme| value.to_ascii_lowercase().starts_with(scheme));
        assert!(
            safe || value.strip_prefix("#m-").is_some_and(|id| id.parse::<usize>().is_ok()),
            "{tag} leads to {value:?}"
        );
    }
    assert!(!value.contains(|c: char| c.is_control()), "{name}={value:?}");
}

fn read_text(text: &str) -> String {
    assert!(!text.contains(['\r', '\0']), "a parser would change it: {text:?}");
    let mut read = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        let (name, after) = after.split_once(';').expect("a character's name ends");
        read.push_str(before);
        read.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#13" => '\r',
            _ => panic!("&{name}; is never drawn"),
        });
        rest = after;
    }
    read.push_str(rest);
    read
}

fn push_text(children: &mut Vec<Node>, more: &str) {
    match children.last_mut() {
        _ if more.is_empty() => {}
        Some(Node::Text(text)) => text.push_str(more),
        _ => children.push(Node::Text(more.into())),
    }
}

/// What is drawn, as one line of text.
pub fn write(nodes: &[Node]) -> String {
    let mut out = String::new();
    for node in nodes {
        match node {
            Node::Text(text) => write!(out, "{text:?}").unwrap(),
            Node::Element(element) => {
                write!(out, "<{}", element.tag).unwrap();
                for (name, value) in &element.attributes {
                    write!(out, " {name}={value:?}").unwrap();
                }
                write!(out, ">{}</>", write(&element.children)).unwrap();
            }
        }
    }
    out
}

/// Text as a person reads it.
pub fn text(nodes: &[Node]) -> String {
    let one = |node: &Node| match node {
        Node::Text(text) => text.clone(),
        Node::Element(element) => text(&element.children),
    };
    nodes.iter().map(one).collect()
}

/// The elements of one text.
#[derive(Default)]
pub struct Page {
    pub elements: Vec<Node>,
    /// Bytes of HTML that were drawn.
    pub html: usize,
}

impl Page {
    pub fn apply(&mut self, draws: Vec<Draw>) {
        for draw in draws {
            match draw {
                Draw::Again { at, html } => {
                    self.html += html.len();
                    let mut new = read(&html);
                    assert_eq!(new.len(), 1, "one element is one: {html}");
                    self.elements[at] = new.remove(0);
                }
                Draw::From { at, keep, html } => {
                    self.html += html.len();
                    let mut new = read(&html);
                    if keep > 0 {
                        let Node::Element(first) = new.remove(0) else { panic!("text at the top: {html}") };
                        let Node::Element(held) = &mut self.elements[at] else { panic!("text at the top") };
                        go_on(held, first, keep);
                    }
                    self.elements.truncate(at + usize::from(keep > 0));
                    self.elements.extend(new);
                }
                Draw::Extend { at, drop, html } => {
                    self.html += html.len();
                    let Node::Element(element) = &mut self.elements[at] else { panic!("text at the top") };
                    extend(&mut holder(element).children, drop, read(&html));
                }
            }
        }
    }
}

fn go_on(held: &mut Element, mut first: Element, keep: usize) {
    assert_eq!(held.tag, first.tag);
    let more = std::mem::take(&mut holder(&mut first).children);
    held.attributes = first.attributes;
    let children = &mut holder(held).children;
    assert!(children.len() >= keep, "{keep} of {} are kept", children.len());
    children.truncate(keep);
    children.extend(more);
}

/// Where the units of a block are.
fn holder(element: &mut Element) -> &mut Element {
    let path: &[&str] = match &*element.tag {
        "div" => &["div", "table", "tbody"],
        "figure" => &["pre", "code"],
        _ => &[],
    };
    path.iter().fold(element, |element, tag| {
        let inner = element.children.iter_mut().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        });
        inner.into_iter().find(|element| element.tag == *tag).expect("a block has what its kind has")
    })
}

fn extend(children: &mut Vec<Node>, mut drop: usize, more: Vec<Node>) {
    while drop > 0 {
        let last = children.pop().expect("what is taken off is there");
        let text = text(std::slice::from_ref(&last));
        let units: Vec<u16> = text.encode_utf16().collect();
        if units.len() > drop {
            push_text(children, &String::from_utf16(&units[..units.len() - drop]).expect("cut between characters"));
        }
        drop = drop.saturating_sub(units.len());
    }
    for node in more {
        match node {
            Node::Text(text) => push_text(children, &text),
            element => children.push(element),
        }
    }
}
