//! The examples of the CommonMark specification, and of what GitHub adds to it, beside the HTML that they call for.
//!
//! Ours is drawn for a chat: a line break is one, headings begin at the third level, what leads nowhere safe is text. So both are
//! read into the same plain form before they are compared, and what still differs stands in a table with its reason.

use super::{
    grow_by_characters,
    page::{self, Element, Node},
    whole,
};
use crate::markdown::escape::is_safe_address;
use std::path::Path;

/// CommonMark 0.31.2, <https://spec.commonmark.org/0.31.2/>, by its npm package, which the set-up of the tests fetches.
const SPEC: &str = "../end2end/node_modules/commonmark-spec/spec.txt";

struct Example {
    number: usize,
    markdown: String,
    html: String,
}

/// The examples stand between fences of 32 backticks; an arrow is a tab.
fn examples() -> Vec<Example> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SPEC);
    let spec = std::fs::read_to_string(&path).expect("the specification is fetched by `make setup`");
    let spec = spec.split_once("<!-- END TESTS -->").expect("its end is marked").0;
    let fence = "`".repeat(32);
    let begin = format!("\n{fence} example\n");
    let parts = spec.split(&begin).skip(1);
    let read = |(index, part): (usize, &str)| {
        let part = part.split_once(&format!("\n{fence}\n")).expect("an example ends").0;
        let (markdown, html) = part.split_once("\n.").expect("its HTML stands below it");
        let markdown = if markdown == "." { String::new() } else { format!("{markdown}\n") };
        let plain = |text: &str| text.replace('→', "\t");
        Example { number: index + 1, markdown: plain(&markdown), html: plain(html.trim_start_matches('\n')) }
    };
    parts.enumerate().map(read).collect()
}

/// What of a page says the same in every dialect, as one line.
fn plain(nodes: &[Node]) -> String {
    let mut line = String::new();
    write_all(&mut line, nodes, false);
    line.trim().to_owned()
}

fn write_all(line: &mut String, nodes: &[Node], exact: bool) {
    for node in nodes {
        match node {
            Node::Text(text) if exact => line.push_str(text),
            Node::Text(text) => write_words(line, text),
            Node::Element(element) => write_element(line, element),
        }
    }
}

/// White space at the edge of a block says nothing, and one space as much as many.
fn write_words(line: &mut String, text: &str) {
    for part in text.split_inclusive([' ', '\n', '\t']) {
        line.push_str(part.trim_end_matches([' ', '\n', '\t']));
        if part.ends_with([' ', '\n', '\t']) && !line.ends_with([' ', '⟩']) {
            line.push(' ');
        }
    }
}

fn write_element(line: &mut String, element: &Element) {
    if element.attributes.iter().any(|(name, _)| name == "data-tight") {
        return write_element(line, &without_paragraphs(element));
    }
    let value = |name: &str| {
        element.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let children = &element.children;
    let block = |line: &mut String, name: &str, children: &[Node], exact: bool| {
        line.truncate(line.trim_end_matches(' ').len());
        line.push_str(&format!("⟨{name}⟩"));
        write_all(line, children, exact);
        if !exact {
            line.truncate(line.trim_end_matches(' ').len());
        }
        line.push_str(&format!("⟨/{name}⟩"));
    };
    match element.tag.as_str() {
        // Ours and the specification's levels.
        "h3" | "h4" | "h5" | "h6" | "h1" | "h2" => block(line, "heading", children, false),
        // A line break is one, hard or soft.
        "br" => write_words(line, " "),
        // Rows may be still to come.
        "tbody" if children.is_empty() => {}
        "p" | "ul" | "blockquote" | "table" | "thead" | "tbody" | "tr" | "th" | "td" | "hr" | "li" => {
            block(line, &element.tag, children, false);
        }
        "ol" => block(line, &format!("ol {}", value("start")), children, false),
        "pre" => block(line, "pre", children, true),
        "a" | "img" => {
            let (address, text) = if element.tag == "a" { ("href", "") } else { ("src", value("alt")) };
            let address = value(address);
            let is_link = is_safe_address(address);
            if is_link {
                line.push_str(&format!("⟦{} ", decoded(address)));
            }
            write_words(line, text);
            write_all(line, children, false);
            if is_link {
                line.push('⟧');
            }
        }
        "code" | "em" | "strong" | "del" => {
            let name = element.tag.as_str();
            line.push_str(&format!("‹{name}›"));
            write_all(line, children, name == "code");
            line.push_str(&format!("‹/{name}›"));
        }
        "input" => {
            line.push_str(if element.attributes.iter().any(|(name, _)| name == "checked") { "☑" } else { "☐" })
        }
        // A frame, a caption, a button.
        "button" | "figcaption" => {}
        _ => write_all(line, children, false),
    }
}

/// In a tight list of the specification paragraphs have no element; in ours it is the list that says so.
fn without_paragraphs(list: &Element) -> Element {
    let unwrapped = |child: Node| match child {
        Node::Element(paragraph) if paragraph.tag == "p" => {
            [vec![Node::Text(" ".into())], paragraph.children, vec![Node::Text(" ".into())]].concat()
        }
        other => vec![other],
    };
    let item = |child: &Node| match child {
        Node::Element(item) => {
            let children = item.children.iter().cloned().flat_map(unwrapped).collect();
            Node::Element(Element { children, ..item.clone() })
        }
        text => text.clone(),
    };
    Element { tag: list.tag.clone(), attributes: vec![], children: list.children.iter().map(item).collect() }
        .with_start(list)
}

impl Element {
    fn with_start(mut self, list: &Self) -> Self {
        self.attributes.extend(list.attributes.iter().filter(|(name, _)| name == "start").cloned());
        self
    }
}

/// An address without the escapes that one writer sets and another does not.
fn decoded(address: &str) -> String {
    percent_encoding::percent_decode_str(address).decode_utf8_lossy().into_owned()
}

/// Reads the HTML of an example: well-formed but for raw HTML, which is somebody else's.
fn read(html: &str) -> Vec<Node> {
    let mut stack = vec![Element { tag: String::new(), attributes: vec![], children: vec![] }];
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        push(&mut stack, Node::Text(unescaped(&rest[..at])));
        let (tag, after) = rest[at + 1..].split_once('>').unwrap_or((&rest[at + 1..], ""));
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if stack.len() > 1 && stack.last().is_some_and(|open| open.tag == name) {
                let element = stack.pop().unwrap();
                push(&mut stack, Node::Element(element));
            }
            continue;
        }
        let (name, attributes) = tag.trim_end_matches(" /").split_once(' ').unwrap_or((tag.trim_end_matches(" /"), ""));
        let attributes = attributes.split("\" ").filter_map(|attribute| {
            let (name, value) = attribute.split_once("=\"")?;
            Some((name.trim().to_owned(), unescaped(value.trim_end_matches('"'))))
        });
        let element = Element { tag: name.to_owned(), attributes: attributes.collect(), children: vec![] };
        match name {
            "br" | "hr" | "img" | "input" => push(&mut stack, Node::Element(element)),
            _ => stack.push(element),
        }
    }
    push(&mut stack, Node::Text(unescaped(rest)));
    while stack.len() > 1 {
        let element = stack.pop().unwrap();
        push(&mut stack, Node::Element(element));
    }
    stack.remove(0).children
}

fn push(stack: &mut [Element], node: Node) {
    stack.last_mut().unwrap().children.push(node);
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// What differs, and why.
const EXCEPTIONS: [(&str, &[usize]); 5] = [
    (
        "raw HTML is text",
        &[
            21, 31, 148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166, 167,
            168, 169, 170, 171, 172, 173, 174, 175, 176, 177, 178, 179, 180, 181, 182, 183, 184, 185, 186, 187, 188,
            189, 190, 191, 201, 308, 309, 344, 475, 476, 477, 491, 494, 524, 536, 613, 614, 615, 616, 617, 623, 625,
            626, 627, 628, 629, 630, 631, 642, 643,
        ],
    ),
    (
        "a backslash before a bracket or a parenthesis may begin a formula, and stays",
        &[12, 14, 194, 515, 529, 563, 592],
    ),
    ("an image is a link of its description, or of its address", &[573, 576, 577, 581, 585, 589]),
    ("a bare address is a link", &[602, 608, 611, 612]),
    ("an item is spaced by what is seen in it: not by a definition, but by an empty line of a quote", &[317, 320]),
];

#[test]
fn what_the_specification_calls_for_is_drawn() {
    let all = examples();
    assert_eq!(all.len(), 652);
    let mut excepted: Vec<_> = EXCEPTIONS.iter().flat_map(|(_, numbers)| numbers.iter().copied()).collect();
    excepted.sort_unstable();
    let mut differ = vec![];
    for Example { number, markdown, html } in all {
        let (ours, theirs) = (plain(&page::read(&whole(&markdown))), plain(&read(&html)));
        if ours != theirs {
            assert!(excepted.contains(&number), "{number}: {markdown:?}\n  ours   {ours}\n  theirs {theirs}");
            differ.push(number);
        }
    }
    assert_eq!(differ, excepted, "each exception is one");
    assert!(excepted.len() <= 100, "{}", excepted.len());
}

/// GitHub's additions, <https://github.github.com/gfm/>, by section, in words of our own: their specification is in no package.
const ADDED: [(&str, &str); 24] = [
    // 4.10, tables.
    (
        "| a | b |\n| - | - |\n| c | d |\n",
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td>d</td></tr></tbody></table>",
    ),
    (
        "a | b\n:-: | --:\nc | d\n",
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td>d</td></tr></tbody></table>",
    ),
    (
        "| f\\|oo |\n| --- |\n| b `\\|` z |\n| **\\|** |\n",
        "<table><thead><tr><th>f|oo</th></tr></thead><tbody><tr><td>b <code>|</code> z</td></tr><tr><td><strong>|</strong></td></tr></tbody></table>",
    ),
    (
        "| a |\n| - |\n| b |\n> quote\n",
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table><blockquote><p>quote</p></blockquote>",
    ),
    (
        "| a |\n| - |\n| b |\nrow\n\nend\n",
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr><tr><td>row</td></tr></tbody></table><p>end</p>",
    ),
    ("| a | b |\n| - |\n| c |\n", "<p>| a | b | | - | | c |</p>"),
    (
        "| a | b |\n| - | - |\n| c |\n| d | e | f |\n",
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td></td></tr><tr><td>d</td><td>e</td></tr></tbody></table>",
    ),
    ("| a | b |\n| - | - |\n", "<table><thead><tr><th>a</th><th>b</th></tr></thead></table>"),
    // 5.3, task list items.
    (
        "- [ ] open\n- [x] done\n",
        "<ul><li><input type=\"checkbox\"> open</li><li><input checked=\"\" type=\"checkbox\"> done</li></ul>",
    ),
    (
        "- [x] outer\n  - [ ] inner\n  - [X] other\n- [ ] next\n",
        "<ul><li><input checked=\"\"> outer<ul><li><input> inner</li><li><input checked=\"\"> other</li></ul></li><li><input> next</li></ul>",
    ),
    ("- [y] none\n- [] none\n", "<ul><li>[y] none</li><li>[] none</li></ul>"),
    // 6.5, strikethrough.
    ("~~gone~~ and ~one~\n", "<p><del>gone</del> and <del>one</del></p>"),
    ("~~not\n\nover two~~\n", "<p>~~not</p><p>over two~~</p>"),
    ("~~~none~~~ here\n", "<pre><code></code></pre>"),
    // 6.9, autolinks.
    ("www.a.example\n", "<p><a href=\"http://www.a.example\">www.a.example</a></p>"),
    ("See www.a.example/b for more.\n", "<p>See <a href=\"http://www.a.example/b\">www.a.example/b</a> for more.</p>"),
    (
        "At www.a.example. Or www.a.example/b.\n",
        "<p>At <a href=\"http://www.a.example\">www.a.example</a>. Or <a href=\"http://www.a.example/b\">www.a.example/b</a>.</p>",
    ),
    ("(www.a.example/b?c=(d))\n", "<p>(<a href=\"http://www.a.example/b?c=(d)\">www.a.example/b?c=(d)</a>)</p>"),
    (
        "www.a.example/b?c=d&e=f and www.a.example/b?c=d&copy;\n",
        "<p><a href=\"http://www.a.example/b?c=d&amp;e=f\">www.a.example/b?c=d&amp;e=f</a> and <a href=\"http://www.a.example/b?c=d\">www.a.example/b?c=d</a>©</p>",
    ),
    ("www.a.example/he<lp\n", "<p><a href=\"http://www.a.example/he\">www.a.example/he</a>&lt;lp</p>"),
    (
        "http://a.example and https://b.example/?q=c\n",
        "<p><a href=\"http://a.example\">http://a.example</a> and <a href=\"https://b.example/?q=c\">https://b.example/?q=c</a></p>",
    ),
    ("write to me@a.example now\n", "<p>write to <a href=\"mailto:me@a.example\">me@a.example</a> now</p>"),
    ("me@a.example. or me@a.example-\n", "<p><a href=\"mailto:me@a.example\">me@a.example</a>. or me@a.example-</p>"),
    // Alerts.
    ("> [!NOTE]\n> Mind this.\n", "<blockquote><p>Note</p><p>Mind this.</p></blockquote>"),
];

#[test]
fn what_github_adds_is_drawn() {
    let differs = ADDED.into_iter().filter_map(|(markdown, html)| {
        let (ours, theirs) = (plain(&page::read(&whole(markdown))), plain(&read(html)));
        (ours != theirs).then(|| format!("{markdown:?}\n  ours   {ours}\n  theirs {theirs}\n"))
    });
    assert_eq!(differs.collect::<String>(), "");
}

#[test]
fn each_example_grows_by_characters_as_it_is_drawn_whole() {
    for Example { markdown, .. } in examples() {
        grow_by_characters(&markdown);
    }
    for (markdown, _) in ADDED {
        grow_by_characters(markdown);
    }
}
