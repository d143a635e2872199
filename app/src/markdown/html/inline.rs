//! Text, emphasis, links and what else stands in a line.

use super::{BREAK, Writer, is_line_break};
use crate::markdown::{
    escape::{is_safe_address, push_attribute, push_text},
    parse::normalised,
};
use comrak::nodes::{Node, NodeValue};

impl<'a> Writer<'a, '_> {
    pub(super) fn begin_inline(&mut self, node: Node<'a>, value: &NodeValue, room: bool) -> (bool, bool) {
        match value {
            NodeValue::Text(text) => push_text(&mut self.html, text),
            NodeValue::Code(code) => {
                self.html.push_str("<code dir=\"auto\">");
                push_text(&mut self.html, &code.literal);
                self.html.push_str("</code>");
            }
            NodeValue::HtmlInline(html) if is_line_break(html) => self.html.push_str(BREAK),
            NodeValue::HtmlInline(html) => push_text(&mut self.html, html),
            NodeValue::SoftBreak | NodeValue::LineBreak => self.html.push_str(BREAK),
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
            NodeValue::Math(math) => {
                let (begin, end) = if math.display_math { ("\\[", "\\]") } else { ("\\(", "\\)") };
                self.html.push_str("<span class=\"math\" dir=\"ltr\">");
                self.html.push_str(begin);
                push_text(&mut self.html, &math.literal);
                self.html.push_str(end);
                self.html.push_str("</span>");
            }
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
