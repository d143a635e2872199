//! Text, emphasis, links and what else stands in a line.

use super::{BREAK, Writer, is_line_break, written};
use crate::markdown::{
    dollars::is_no_formula,
    escape::{is_safe_address, push_attribute, push_text},
    math::END,
    parse::normalised,
};
use crate::text::LaterMsg;
use comrak::nodes::{Node, NodeMath, NodeValue};

/// In a line, a formula of fewer bytes has room on a phone: MathML breaks no lines.
const LONG_INLINE: usize = 48;

impl<'a> Writer<'a, '_> {
    pub(super) fn begin_inline(&mut self, node: Node<'a>, value: &NodeValue, room: bool) -> (bool, bool) {
        if self.over {
            return (false, false);
        }
        match value {
            NodeValue::Text(text) => {
                push_text(&mut self.html, &written(text));
                self.over = text.contains(END);
            }
            NodeValue::Code(code) => {
                self.html.push_str("<code dir=\"auto\">");
                push_text(&mut self.html, &written(&code.literal));
                self.html.push_str("</code>");
            }
            NodeValue::HtmlInline(html) if is_line_break(html) => self.html.push_str(BREAK),
            NodeValue::HtmlInline(html) => push_text(&mut self.html, html),
            // Behind what stands in lines of its own a line begins anyway.
            NodeValue::SoftBreak | NodeValue::LineBreak => {
                let alone = node.previous_sibling().is_some_and(is_display);
                self.html.push_str(if alone { "\n" } else { BREAK });
            }
            NodeValue::Emph if room => self.html.push_str("<em>"),
            NodeValue::Strong if room => self.html.push_str("<strong>"),
            NodeValue::Strikethrough if room => self.html.push_str("<del>"),
            NodeValue::Link(link) => return (room && self.link_tag(&link.url, ""), true),
            // Nothing is loaded from elsewhere: who wants to see it goes there.
            NodeValue::Image(link) => {
                let opens = room && self.link_tag(&link.url, "image");
                if node.first_child().is_none() {
                    push_text(&mut self.html, &link.url);
                }
                return (opens, true);
            }
            NodeValue::FootnoteReference(note) => self.note_reference(&note.name),
            NodeValue::Math(math) => self.formula(node, math),
            NodeValue::Escaped if node.first_child().is_some_and(ends_formula) => self.html.push('\\'),
            _ => return (false, true),
        }
        (matches!(value, NodeValue::Emph | NodeValue::Strong | NodeValue::Strikethrough) && room, true)
    }

    /// Opens a link if it may lead there and is not in another one.
    fn link_tag(&mut self, url: &str, class: &str) -> bool {
        if self.links > 0 || !is_safe_address(url) {
            return false;
        }
        self.html.push_str("<a href=\"");
        push_attribute(&mut self.html, url);
        self.html.push_str("\" target=\"_blank\" rel=\"noopener noreferrer nofollow\"");
        if !class.is_empty() {
            self.html.push_str(" class=\"");
            self.html.push_str(class);
            self.html.push('"');
        }
        self.html.push('>');
        self.links += 1;
        true
    }

    /// The source, which stays until the formula is typeset, and where it cannot be.
    fn formula(&mut self, node: Node<'a>, math: &NodeMath) {
        let dollars = self.parsed.source.dollar(node.data().sourcepos).is_some();
        // Comrak was told of nearly all of them.
        if dollars && is_no_formula(node, math) {
            return push_text(&mut self.html, &format!("${}$", written(&math.literal)));
        }
        let (kind, begin, end) = match (math.display_math, dollars) {
            (true, true) => ("block", "$$", "$$"),
            (true, false) => ("block", "\\[", "\\]"),
            (false, true) => ("inline", "$", "$"),
            (false, false) => ("inline", "\\(", "\\)"),
        };
        let end = if math.literal.contains(END) { "" } else { end };
        self.html.push_str(&format!("<span class=\"math\" data-math=\"{kind}\" dir=\"ltr\""));
        // One that may be wider than a phone scrolls in its own box, for who has keys alone as well.
        let is_long = !math.display_math && math.literal.len() > LONG_INLINE;
        if is_long {
            self.html.push_str(" data-long=\"true\"");
        }
        if math.display_math || is_long {
            self.html.push_str(" role=\"group\" tabindex=\"0\" aria-label=\"");
            push_attribute(&mut self.html, &LaterMsg::Formula.text());
            self.html.push('"');
        }
        self.html.push('>');
        self.html.push_str(begin);
        push_text(&mut self.html, &written(&math.literal));
        self.html.push_str(end);
        self.html.push_str("</span>");
    }

    fn note_reference(&mut self, name: &str) {
        let number = normalised(&format!("^{name}")).and_then(|label| {
            self.labels.note(&label).map(|note| note.number).or_else(|| self.notes.get(&label).copied())
        });
        let Some(number) = number else {
            return push_text(&mut self.html, &format!("[^{name}]"));
        };
        self.html.push_str("<sup class=\"footnote-mark\">");
        if self.links == 0 {
            self.html.push_str(&format!("<a href=\"#{}-{number}\">{number}</a>", self.id));
        } else {
            self.html.push_str(&number.to_string());
        }
        self.html.push_str("</sup>");
    }
}

/// What a formula begins or ends with, behind a backslash.
fn ends_formula(escaped: Node<'_>) -> bool {
    matches!(&escaped.data().value, NodeValue::Text(text) if ["(", ")", "[", "]"].contains(&&**text))
}

fn is_display(node: Node<'_>) -> bool {
    matches!(&node.data().value, NodeValue::Math(math) if math.display_math)
}
