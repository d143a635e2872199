//! Cuts a text that only grows into blocks, and closes what no later line can change.
//!
//! CommonMark is read line by line: once the next block has begun, the one before is final. The same holds for the
//! items of a list, the blocks of a quote, the rows of a table and the lines of a fence. So only the text from the
//! beginning of the last of these, the **open chunk**, is ever parsed again, and what is closed is drawn once.
//!
//! All bounds are decided by the text alone and never by the pieces in which it came.

mod raw;

use super::{
    block::Block,
    html,
    labels::{Definition, Labels},
    math::Region,
    parse::{Chunk, Parsed, line_end, parse},
};
use comrak::{
    Arena,
    nodes::{Node, NodeValue},
};
use raw::is_long;
use std::ops::Range;

/// What is still open after so many bytes is closed by force.
pub const LONGEST_CHUNK: usize = 128 * 1024;
/// A longer line is text and nothing else.
pub const LONGEST_LINE: usize = 32 * 1024;
/// What comes after so many bytes of one text is text and nothing else.
pub const LONGEST_TEXT: usize = 2 * 1024 * 1024;

/// A top-level block that is final, unless a label that it uses gets another meaning.
#[derive(Clone, Debug)]
pub struct Closed {
    pub range: Range<usize>,
    /// Which of its range's blocks it is, if there are two: a table and the paragraph right above it are read together.
    pub which: Option<usize>,
    /// Labels that it uses and that nothing explained so far.
    pub uses: Vec<String>,
    /// How many footnotes come before it.
    pub notes_before: usize,
    /// The formula that its first line stands in, if it does.
    pub region: Region,
    /// It is no Markdown: its text up to here, and nothing else.
    pub plain_end: Option<usize>,
}

/// A top-level block of which some units are closed and others may come.
#[derive(Clone, Debug)]
pub struct Open {
    pub closed: Closed,
    /// What its first half told.
    pub first: Block,
    /// How many of its elements are closed.
    pub units: usize,
    /// Source that stands for the closed units when the next ones are parsed.
    head: String,
    raw: Raw,
}

/// Whether text goes into the open block as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Raw {
    No,
    ToLineEnd,
    ForEver,
}

#[derive(Debug)]
pub struct Chunker {
    /// Begins all ids.
    id: String,
    /// Where the open chunk begins.
    pub start: usize,
    /// The formula that it begins in, if it does.
    region: Region,
    /// Lines before this are complete and not too long.
    scanned: usize,
    /// Up to here nothing more can be closed.
    examined: usize,
    pub closed: Vec<Closed>,
    pub open: Option<Open>,
    pub labels: Labels,
    /// Blocks since the last drawing. The first may be the second half of one that is drawn already.
    pub fresh: Vec<Block>,
    pub goes_on: bool,
    /// How much of the open code block's end is not final, in UTF-16 units.
    pub partial: usize,
    /// Bytes that were parsed so far.
    pub cost: usize,
}

/// What the end of the text defines as long as nothing follows.
pub struct Supposed {
    pub links: Vec<(String, Definition)>,
    pub notes: Vec<Option<String>>,
}

/// Where the open chunk can be cut.
struct Cut {
    /// In bytes of the chunk.
    at: usize,
    /// The last block goes on behind it.
    stays_open: bool,
    /// A blank line is above the next item.
    gap: bool,
}

impl Chunker {
    pub fn new(id: String, start: usize, region: Region, labels: Labels) -> Self {
        Self {
            id,
            start,
            region,
            scanned: start,
            examined: start,
            closed: vec![],
            open: None,
            labels,
            fresh: vec![],
            goes_on: false,
            partial: 0,
            cost: 0,
        }
    }

    /// Closes what the complete lines of the text allow to close.
    pub fn advance(&mut self, text: &str) {
        loop {
            if self.push_raw(text) {
                return;
            }
            let (end, is_long) = self.scan(text);
            self.commit_lines(text, end);
            if !is_long && !self.is_in_long_code(text, end) {
                return;
            }
            self.begin_raw(text, end);
        }
    }

    /// Draws what is still open. It is forgotten again with the next `advance`. `ends`: the text is all that there is so far.
    pub fn draw_open(&mut self, text: &str, ends: bool) -> Supposed {
        let mut supposed = Supposed { links: vec![], notes: vec![] };
        self.partial = 0;
        let raw = self.open.as_ref().is_some_and(|open| open.raw != Raw::No);
        if raw || self.start == text.len() && self.open.is_none() {
            return supposed;
        }
        let arena = Arena::new();
        let slice = &text[self.start..];
        let parsed = self.parse(&arena, slice, ends);
        let blocks = html::blocks(&parsed, slice, &self.labels, &self.id, self.labels.note_count);
        for (index, mut block) in blocks.into_iter().enumerate() {
            if let Some(open) = self.open.as_ref().filter(|_| index == 0) {
                if let (Block::Code { .. }, Block::Code { text, .. }) = (&open.first, &block) {
                    self.partial = text.encode_utf16().count();
                }
                block.follow(&open.first);
                self.go_on(block);
            } else {
                self.fresh.push(block);
            }
        }
        supposed.links = parsed.links;
        supposed.notes = parsed.notes;
        supposed
    }

    /// Joins another half of the open block to what is fresh.
    fn go_on(&mut self, block: Block) {
        match self.fresh.last_mut() {
            Some(last) => last.join(block),
            None => {
                self.fresh.push(block);
                self.goes_on = true;
            }
        }
    }

    /// `ends`: nothing follows it so far.
    fn parse<'a>(&mut self, arena: &'a Arena<'a>, text: &str, ends: bool) -> Parsed<'a> {
        let head = self.open.as_ref().map_or("", |open| &open.head);
        let chunk = Chunk { head, text, began: self.start > 0, region: self.region, ends };
        parse(arena, chunk, &self.labels, &mut self.cost)
    }

    /// How far lines are complete; and whether the one that follows is too long to be read as Markdown.
    fn scan(&mut self, text: &str) -> (usize, bool) {
        loop {
            let end = line_end(text, self.scanned);
            if self.scanned >= LONGEST_TEXT || is_long(&text[self.scanned..end.unwrap_or(text.len())]) {
                return (self.scanned, true);
            }
            let Some(end) = end else { return (self.scanned, false) };
            self.scanned = end;
        }
    }

    fn commit_lines(&mut self, text: &str, end: usize) {
        while self.start < end && self.examined < end {
            let bound = self.start + LONGEST_CHUNK;
            let window = if end > bound { line_end(text, bound).unwrap_or(end).min(end) } else { end };
            let cut = self.cut(&text[self.start..window]);
            match cut {
                Some(cut) => self.commit(text, &cut),
                None if end > bound => {
                    let at = window - self.start;
                    self.commit(text, &Cut { at, stays_open: false, gap: false });
                }
                None => {}
            }
            if window == end {
                self.examined = end;
            }
        }
    }

    /// Where complete lines can be cut: before the last block or, in it, before its last unit.
    fn cut(&mut self, slice: &str) -> Option<Cut> {
        let arena = Arena::new();
        let parsed = self.parse(&arena, slice, false);
        let last = *parsed.nodes.last()?;
        let goes_on = parsed.nodes.len() == 1 && self.open.is_some();
        let whole = Cut { at: parsed.begin(last), stays_open: false, gap: false };
        let before = |unit: Node<'_>| Cut { at: parsed.begin(unit), stays_open: true, gap: parsed.has_gap_above(unit) };
        let unit = last.last_child().filter(|unit| unit.previous_sibling().is_some());
        let cut = match &last.data().value {
            NodeValue::CodeBlock(code) if code.fenced && code.closed => Cut { at: parsed.end(last), ..whole },
            NodeValue::CodeBlock(code) if code.fenced => Cut { at: slice.len(), stays_open: true, gap: false },
            NodeValue::List(_) => unit.map_or(whole, before),
            NodeValue::BlockQuote | NodeValue::Alert(_) => {
                // By itself the line of an alert's name would begin one.
                let stands_alone = |unit: &Node<'_>| {
                    let line = slice[parsed.start(unit)..].trim_start_matches(' ');
                    let line = &line[..line_end(line, 0).unwrap_or(line.len())];
                    line.starts_with('>') && !line.contains("[!") && !may_define_above(&parsed, unit, slice)
                };
                unit.filter(stands_alone).map_or(whole, before)
            }
            // Behind a paragraph, a table's first line may be one that begins something else where it stands first.
            NodeValue::Table(_) if !self.begins_by_itself(&parsed, last, slice) => {
                let before = last.previous_sibling().unwrap_or(last);
                Cut { at: parsed.begin(before), ..whole }
            }
            NodeValue::Table(_) => {
                let is_row = |row: Node<'_>| matches!(row.data().value, NodeValue::TableRow(false));
                unit.filter(|row| row.previous_sibling().is_some_and(is_row)).map_or(whole, before)
            }
            _ => whole,
        };
        // What goes on and has no new unit is where it was.
        let moves = cut.at > 0 && (cut.stays_open || !goes_on || cut.at == parsed.end(last));
        moves.then_some(cut)
    }

    fn begins_by_itself(&mut self, parsed: &Parsed<'_>, table: Node<'_>, slice: &str) -> bool {
        if table.previous_sibling().is_none() || parsed.has_gap_above(table) {
            return true;
        }
        if may_define_above(parsed, table, slice) {
            return false;
        }
        let start = parsed.start(table);
        let (arena, text, region) = (Arena::new(), head(table, &slice[start..]), self.region.after(&slice[..start]));
        let chunk = Chunk { head: "", text: &text, began: true, region, ends: false };
        let alone = parse(&arena, chunk, &self.labels, &mut self.cost);
        alone.nodes.first().is_some_and(|node| matches!(node.data().value, NodeValue::Table(_)))
    }

    /// Draws and closes what is before the cut.
    fn commit(&mut self, text: &str, cut: &Cut) {
        let slice = &text[self.start..self.start + cut.at];
        let arena = Arena::new();
        let parsed = self.parse(&arena, slice, false);
        let blocks = html::blocks(&parsed, slice, &self.labels, &self.id, self.labels.note_count);
        let uses = self.uses(slice, &parsed);
        let mut notes_before = self.labels.note_count;
        let has_notes = !parsed.notes.is_empty();
        let last = parsed.nodes.len().saturating_sub(1);
        let mut read = (0, self.region);
        for (index, (block, uses)) in blocks.into_iter().zip(uses).enumerate() {
            let node = parsed.nodes[index];
            let start = parsed.start(node);
            let (range, which) = range(&parsed, index, slice);
            // Blocks stand one behind the other, except for a table and the paragraph right above it.
            read = if range.start < read.0 { (0, self.region) } else { read };
            read = (range.start, read.1.after(&slice[read.0..range.start]));
            let range = self.start + range.start..self.start + range.end;
            let found = Closed { range, which, uses, notes_before, region: read.1, plain_end: None };
            if has_notes {
                notes_before += count_notes(node);
            }
            let mut open = match self.open.take() {
                Some(mut open) => {
                    open.closed.range.end = found.range.end;
                    open.closed.uses.extend(found.uses);
                    let mut block = block;
                    block.follow(&open.first);
                    open.first = block.without_units();
                    self.go_on(block);
                    open
                }
                None => {
                    let (first, head) = (block.without_units(), head(node, &slice[start..]));
                    self.fresh.push(block);
                    Open { closed: found, first, units: 0, head, raw: Raw::No }
                }
            };
            if cut.stays_open && index == last {
                open.units += units(node);
                if cut.gap {
                    open.first.loosen();
                    self.fresh.last_mut().into_iter().for_each(Block::loosen);
                }
                self.open = Some(open);
            } else {
                self.closed.push(open.closed);
            }
        }
        self.labels.commit(parsed.links, parsed.notes);
        let labels = &self.labels;
        let closed = self.closed.iter_mut().rev().take(last + 1).chain(self.open.as_mut().map(|open| &mut open.closed));
        closed.for_each(|closed| closed.uses.retain(|label| !labels.is_committed(label)));
        self.region = self.region.after(slice);
        self.start += cut.at;
    }

    /// The labels that each block uses.
    fn uses(&mut self, slice: &str, parsed: &Parsed<'_>) -> Vec<Vec<String>> {
        let count = parsed.nodes.len();
        if parsed.uses.is_empty() || count == 1 {
            return vec![parsed.uses.clone(); count];
        }
        let mut all = vec![];
        for index in 0..count {
            let head = self.open.as_ref().filter(|_| index == 0).map_or("", |open| &open.head);
            let range = range(parsed, index, slice).0;
            let region = self.region.after(&slice[..range.start]);
            let chunk = Chunk { head, text: &slice[range], began: true, region, ends: false };
            all.push(parse(&Arena::new(), chunk, &self.labels, &mut self.cost).uses);
        }
        all
    }
}

/// Where a block stands, and which of the blocks there it is. By itself, a table's first line may begin something else than
/// below a paragraph, and the paragraph may be a definition.
fn range(parsed: &Parsed<'_>, index: usize, slice: &str) -> (Range<usize>, Option<usize>) {
    let end = |index: usize| parsed.nodes.get(index + 1).map_or(slice.len(), |next| parsed.begin(next));
    let (node, start) = (parsed.nodes[index], parsed.begin(parsed.nodes[index]));
    if index > 0 && is_right_below(parsed, node) {
        return (parsed.begin(parsed.nodes[index - 1])..end(index), Some(1));
    }
    match parsed.nodes.get(index + 1).filter(|next| is_right_below(parsed, next)) {
        Some(table) => {
            let line_end = |from| line_end(slice, from).unwrap_or(slice.len());
            (start..line_end(line_end(parsed.start(table))), Some(0))
        }
        None => (start..end(index), None),
    }
}

/// Whether it is a table whose first line was the last of the paragraph above.
fn is_right_below(parsed: &Parsed<'_>, table: Node<'_>) -> bool {
    let above = table.previous_sibling().filter(|_| matches!(table.data().value, NodeValue::Table(_)));
    above.is_some_and(|above| matches!(above.data().value, NodeValue::Paragraph)) && !parsed.has_gap_above(table)
}

/// Whether the paragraph right above a table would be a definition, and nothing to read, once the table is cut off.
fn may_define_above(parsed: &Parsed<'_>, block: Node<'_>, slice: &str) -> bool {
    let is_table = matches!(block.data().value, NodeValue::Table(_));
    let above = block.previous_sibling().filter(|_| is_table && !parsed.has_gap_above(block));
    above.is_some_and(|above| slice[parsed.start(above)..].trim_start_matches([' ', '>']).starts_with('['))
}

/// The source that opens a block for its next units. Its line ends become plain ones: a carriage return would take the
/// line feed that follows for its own.
fn head(node: Node<'_>, source: &str) -> String {
    let lines = match &node.data().value {
        NodeValue::CodeBlock(_) => 1,
        NodeValue::Table(_) => 2,
        _ => 0,
    };
    let (mut head, mut start) = (String::new(), 0);
    for _ in 0..lines {
        let end = line_end(source, start).unwrap_or(source.len());
        head.push_str(source[start..end].trim_end_matches(['\r', '\n']));
        head.push('\n');
        start = end;
    }
    head
}

/// How many elements a block's units are.
fn units(node: Node<'_>) -> usize {
    let count = node.children().count();
    match &node.data().value {
        NodeValue::Table(_) => count.saturating_sub(1),
        NodeValue::List(_) | NodeValue::BlockQuote | NodeValue::Alert(_) => count,
        _ => 0,
    }
}

fn count_notes(node: Node<'_>) -> usize {
    node.descendants().filter(|node| matches!(node.data().value, NodeValue::FootnoteDefinition(_))).count()
}
