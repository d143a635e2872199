//! From comrak's tree to HTML. Nothing here recurses: the tree of a hostile text is as deep as the text is long.

mod inline;

use super::{
    block::{Alert, Block, PLAIN, list_end, push_code, push_list_tag, push_quote_tag, push_table_end, push_table_tag},
    escape::{language, push_attribute, push_text},
    labels::Labels,
    math::{END, GUARD},
    parse::{Parsed, normalised},
};
use crate::text::LaterMsg;
use comrak::nodes::{AlertType, ListType, Node, NodeAlert, NodeList, NodeValue, TableAlignment};
use std::{borrow::Cow, collections::BTreeMap};

/// A new line; the line feed is for who copies it.
const BREAK: &str = "<br>\n";
/// Elements deeper than this are not begun; what is in them is drawn where they would be.
const DEEPEST: usize = 24;
/// A paragraph or heading whose source is longer is drawn as it was written.
const LONG_LEAF: usize = 32 * 1024;

/// The blocks of a parsed chunk. `id` begins all ids; `count` is how many footnotes came before.
pub fn blocks(parsed: &Parsed<'_>, text: &str, labels: &Labels, id: &str, count: usize) -> Vec<Block> {
    let mut writer = Writer::new(parsed, text, labels, id, count);
    for (index, name) in parsed.notes.iter().enumerate() {
        if let Some(label) = name.as_ref().and_then(|name| normalised(&format!("^{name}"))) {
            writer.notes.entry(label).or_insert(count + index + 1);
        }
    }
    parsed.nodes.iter().map(|node| writer.block(node)).collect()
}

struct Writer<'a, 'p> {
    parsed: &'p Parsed<'a>,
    text: &'p str,
    labels: &'p Labels,
    id: &'p str,
    /// Numbers of the chunk's own footnotes, by normalised label.
    notes: BTreeMap<String, usize>,
    /// Footnotes so far.
    count: usize,
    html: String,
    /// For each node that is being written, whether it has an element.
    open: Vec<bool>,
    /// How many of them have.
    depth: usize,
    /// How many of them are links: a link in a link is its text.
    links: usize,
    /// The rest of the leaf is behind the end of the text.
    over: bool,
}

impl<'a, 'p> Writer<'a, 'p> {
    fn new(parsed: &'p Parsed<'a>, text: &'p str, labels: &'p Labels, id: &'p str, count: usize) -> Self {
        let notes = BTreeMap::new();
        let html = String::new();
        Self { parsed, text, labels, id, notes, count, html, open: vec![], depth: 0, links: 0, over: false }
    }

    fn block(&mut self, node: Node<'a>) -> Block {
        let whole = |writer: &mut Self| {
            writer.write(node);
            Block::Whole(std::mem::take(&mut writer.html))
        };
        match &node.data().value {
            NodeValue::List(list) => {
                let units = self.units(node, 0);
                Block::List { start: start(list), loose: self.is_loose(node), units }
            }
            NodeValue::BlockQuote => Block::Quote { alert: None, units: self.units(node, 0) },
            NodeValue::Alert(alert) => Block::Quote { alert: Some(self.alert(alert)), units: self.units(node, 0) },
            NodeValue::Table(_) => {
                self.open.push(true);
                self.table_head(node);
                let head = std::mem::take(&mut self.html);
                self.open.pop();
                Block::Table { head, units: self.units(node, 1) }
            }
            NodeValue::CodeBlock(code) => {
                Block::Code { language: language(&code.info).to_owned(), text: written(&code.literal).into_owned() }
            }
            _ => whole(self),
        }
    }

    /// The children of a top-level block, from one of them on.
    fn units(&mut self, node: Node<'a>, from: usize) -> String {
        self.open.push(true);
        self.depth += 1;
        for child in node.children().skip(from) {
            self.write(child);
        }
        self.depth -= 1;
        self.open.pop();
        std::mem::take(&mut self.html)
    }

    fn table_head(&mut self, table: Node<'a>) {
        if let Some(row) = table.first_child() {
            self.html.push_str("<thead>");
            self.write(row);
            self.html.push_str("</thead>");
        }
    }

    /// Writes a node and all below it.
    fn write(&mut self, top: Node<'a>) {
        let mut node = top;
        let mut descend = self.begin(node);
        loop {
            if descend && let Some(child) = node.first_child() {
                node = child;
                descend = self.begin(node);
                continue;
            }
            loop {
                self.end(node);
                if node.same_node(top) {
                    return;
                }
                if let Some(next) = node.next_sibling() {
                    node = next;
                    descend = self.begin(node);
                    break;
                }
                let Some(parent) = node.parent() else { return };
                node = parent;
            }
        }
    }

    /// Opens the node's element, if it gets one; gives whether to go on with what is in it.
    fn begin(&mut self, node: Node<'a>) -> bool {
        let data = node.data();
        let parent_open = self.open.last().copied().unwrap_or(true);
        let room = self.depth < DEEPEST;
        let (opens, descends) = match &data.value {
            NodeValue::Paragraph => (true, self.leaf(node, "<p>")),
            NodeValue::Heading(heading) => (true, self.leaf(node, heading_tags(heading.level).0)),
            NodeValue::List(list) if room => {
                let loose = self.is_loose(node);
                push_list_tag(&mut self.html, start(list), loose);
                (true, true)
            }
            NodeValue::Item(_) if parent_open => {
                self.html.push_str("<li>");
                (true, true)
            }
            NodeValue::TaskItem(task) => {
                if parent_open {
                    self.html.push_str("<li class=\"task\">");
                }
                self.task_box(task.symbol.is_some());
                (parent_open, true)
            }
            NodeValue::BlockQuote if room => {
                push_quote_tag(&mut self.html, None, true);
                (true, true)
            }
            NodeValue::Alert(alert) if room => {
                let alert = self.alert(alert);
                push_quote_tag(&mut self.html, Some(&alert), true);
                (true, true)
            }
            NodeValue::FootnoteDefinition(_) => {
                self.count += 1;
                self.note_tag(room);
                (room, true)
            }
            NodeValue::Table(_) if room => {
                push_table_tag(&mut self.html);
                (true, true)
            }
            NodeValue::TableRow(head) if parent_open => {
                let first_body_row = !head && node.previous_sibling().is_some_and(is_head);
                let in_top_level_table = self.open.len() == 1;
                if !in_top_level_table {
                    self.html.push_str(if *head {
                        "<thead>"
                    } else if first_body_row {
                        "<tbody>"
                    } else {
                        ""
                    });
                }
                self.html.push_str("<tr>");
                (true, true)
            }
            NodeValue::TableCell => (self.cell(node, parent_open), true),
            NodeValue::CodeBlock(code) => {
                push_code(&mut self.html, language(&code.info), &written(&code.literal));
                (false, false)
            }
            NodeValue::HtmlBlock(html) => {
                self.verbatim(&written(&html.literal));
                (false, false)
            }
            NodeValue::ThematicBreak => {
                self.html.push_str("<hr>");
                (false, false)
            }
            value => self.begin_inline(node, value, room),
        };
        drop(data);
        self.open.push(opens);
        self.depth += usize::from(opens);
        descends
    }

    fn end(&mut self, node: Node<'a>) {
        let opened = self.open.pop().unwrap_or(false);
        self.depth -= usize::from(opened);
        let data = node.data();
        let tag = match &data.value {
            _ if !opened => {
                if let NodeValue::TableCell = &data.value {
                    self.html.push_str("</p>");
                }
                return;
            }
            NodeValue::Paragraph => "</p>",
            NodeValue::Heading(heading) => heading_tags(heading.level).1,
            NodeValue::List(list) => list_end(start(list)),
            NodeValue::Item(_) | NodeValue::TaskItem(_) => "</li>",
            NodeValue::BlockQuote | NodeValue::Alert(_) => "</blockquote>",
            NodeValue::FootnoteDefinition(_) => "</div></div>",
            NodeValue::Table(_) => {
                if !node.last_child().is_some_and(is_head) {
                    self.html.push_str("</tbody>");
                }
                push_table_end(&mut self.html);
                return;
            }
            NodeValue::TableRow(head) => match *head && self.open.len() > 1 {
                true => "</tr></thead>",
                false => "</tr>",
            },
            NodeValue::TableCell => match node.parent().is_some_and(is_head) {
                true => "</th>",
                false => "</td>",
            },
            NodeValue::Emph => "</em>",
            NodeValue::Strong => "</strong>",
            NodeValue::Strikethrough => "</del>",
            NodeValue::Link(_) | NodeValue::Image(_) => {
                self.links -= 1;
                "</a>"
            }
            _ => "",
        };
        self.html.push_str(tag);
    }

    /// Opens a paragraph or heading. One that is too long is written as it stands in the text.
    fn leaf(&mut self, node: Node<'a>, tag: &str) -> bool {
        self.over = false;
        self.html.push_str(tag);
        let (start, end) = (self.parsed.start(node), self.parsed.end(node));
        if end.saturating_sub(start) <= LONG_LEAF {
            return true;
        }
        for (index, line) in self.text[start..end].trim_end_matches(['\r', '\n']).lines().enumerate() {
            if index > 0 {
                self.html.push_str(BREAK);
            }
            push_text(&mut self.html, line);
        }
        false
    }

    fn verbatim(&mut self, text: &str) {
        let text = text.trim_end_matches(['\r', '\n']);
        self.html.push_str(PLAIN);
        if is_line_break(text.trim()) {
            self.html.push_str(BREAK);
        } else {
            push_text(&mut self.html, text);
        }
        self.html.push_str("</p>");
    }

    /// Opens a cell; gives whether it is one. Where there is no table, a cell is a paragraph.
    fn cell(&mut self, node: Node<'a>, in_row: bool) -> bool {
        if !in_row {
            self.html.push_str("<p>");
            return false;
        }
        let row = node.parent();
        let index = row.map_or(0, |row| row.children().take_while(|cell| !cell.same_node(node)).count());
        let alignment = row.and_then(|row| row.parent()).and_then(|table| match &table.data().value {
            NodeValue::Table(table) => table.alignments.get(index).copied(),
            _ => None,
        });
        let head = row.is_some_and(is_head);
        self.html.push_str(if head { "<th scope=\"col\"" } else { "<td" });
        self.html.push_str(match alignment {
            Some(TableAlignment::Left) => " data-align=\"left\">",
            Some(TableAlignment::Center) => " data-align=\"center\">",
            Some(TableAlignment::Right) => " data-align=\"right\">",
            Some(TableAlignment::None) | None => ">",
        });
        true
    }

    fn task_box(&mut self, done: bool) {
        let words = if done { LaterMsg::TaskDone } else { LaterMsg::TaskOpen };
        self.html.push_str("<input type=\"checkbox\" disabled");
        self.html.push_str(if done { " checked aria-label=\"" } else { " aria-label=\"" });
        push_attribute(&mut self.html, &words.text());
        self.html.push_str("\">");
    }

    fn alert(&self, alert: &NodeAlert) -> Alert {
        let (name, words) = match alert.alert_type {
            AlertType::Note => ("note", LaterMsg::AlertNote),
            AlertType::Tip => ("tip", LaterMsg::AlertTip),
            AlertType::Important => ("important", LaterMsg::AlertImportant),
            AlertType::Warning => ("warning", LaterMsg::AlertWarning),
            AlertType::Caution => ("caution", LaterMsg::AlertCaution),
        };
        let mut title = String::new();
        push_text(&mut title, alert.title.as_deref().unwrap_or(&words.text()));
        Alert { name, title }
    }

    fn note_tag(&mut self, room: bool) {
        if room {
            let (id, number) = (self.id, self.count);
            self.html.push_str(&format!(
                "<div class=\"footnote\" id=\"{id}-{number}\"><span class=\"footnote-number\">{number}.</span><div class=\"footnote-text\">"
            ));
        }
    }

    /// Blank lines part the items of a list, or blocks in one of them.
    fn is_loose(&self, list: Node<'a>) -> bool {
        let gap = |node: Node<'a>| node.previous_sibling().is_some() && self.parsed.has_gap_above(node);
        list.children().any(|item| gap(item) || item.children().any(gap))
    }
}

/// What somebody wrote of it.
fn written(literal: &str) -> Cow<'_, str> {
    let literal = literal.split(END).next().unwrap_or_default();
    if literal.contains(GUARD) { literal.replace(GUARD, "").into() } else { literal.into() }
}

fn start(list: &NodeList) -> Option<usize> {
    (list.list_type == ListType::Ordered).then_some(list.start)
}

fn is_head(row: Node<'_>) -> bool {
    matches!(row.data().value, NodeValue::TableRow(true))
}

fn is_line_break(html: &str) -> bool {
    ["<br>", "<br/>", "<br />"].iter().any(|tag| html.eq_ignore_ascii_case(tag))
}

/// The message itself is a heading of the second level: what is in it comes below.
fn heading_tags(level: u8) -> (&'static str, &'static str) {
    match level {
        1 => ("<h3>", "</h3>"),
        2 => ("<h4>", "</h4>"),
        3 => ("<h5>", "</h5>"),
        _ => ("<h6>", "</h6>"),
    }
}
