//! Text that is not parsed: a line that is too long for it, and what comes after too much text.

use super::{Chunker, Closed, Cut, LONGEST_LINE, LONGEST_TEXT, Open, Raw};
use crate::markdown::{block::Block, math::Region, parse::line_end};

/// Text that is nothing else stands in paragraphs of so many bytes.
const LONGEST_PLAIN: usize = 4 * 1024;
/// A line of code that is longer and not complete is drawn on as it comes.
const LONG_CODE_LINE: usize = 2 * 1024;
/// A line with more of them is no row of a table that anybody could read.
const MOST_PIPES: usize = 100;
/// Nor is one with more of these at its start a quote.
const MOST_QUOTES: usize = 100;

impl Chunker {
    /// From here on the line is text: what is open ends, unless it is a fence, where the line goes on with the code.
    pub(super) fn begin_raw(&mut self, text: &str, from: usize) {
        if self.start < from {
            self.commit(text, &Cut { at: from - self.start, stays_open: false, gap: false });
        }
        let raw = if from >= LONGEST_TEXT { Raw::ForEver } else { Raw::ToLineEnd };
        let fence = self.open.take_if(|open| matches!(open.first, Block::Code { .. }) && raw == Raw::ToLineEnd);
        (self.start, self.region) = (from, Region::default());
        if let Some(mut open) = fence {
            // The fence's own indentation is taken from its lines.
            let indent = open.head.bytes().take_while(|byte| *byte == b' ').count();
            self.start += text[from..].bytes().take(indent).take_while(|byte| *byte == b' ').count();
            open.raw = raw;
            self.open = Some(open);
            return;
        }
        if let Some(open) = self.open.take() {
            self.closed.push(open.closed);
        }
        self.open_raw(from, raw);
    }

    /// The last line is code for certain, and long.
    pub(super) fn is_in_long_code(&self, text: &str, from: usize) -> bool {
        let is_code = |open: &Open| matches!(open.first, Block::Code { .. }) && open.raw == Raw::No;
        let line = text[from..].trim_start_matches(' ');
        line.len() > LONG_CODE_LINE && !line.starts_with(['`', '~', '\t']) && self.open.as_ref().is_some_and(is_code)
    }

    /// Goes on with text that is not parsed; gives whether that is all there is.
    pub(super) fn push_raw(&mut self, text: &str) -> bool {
        let Some((raw, is_code)) = self.open.as_ref().map(|open| (open.raw, matches!(open.first, Block::Code { .. })))
        else {
            return false;
        };
        if raw == Raw::No {
            return false;
        }
        let end = if raw == Raw::ToLineEnd { line_end(text, self.start) } else { None };
        // A carriage return at the end may be half of the line's end.
        let upto = end.unwrap_or_else(|| text.len() - usize::from(text.ends_with('\r'))).max(self.start);
        let content =
            if is_code { upto } else { self.start + text[self.start..upto].trim_end_matches(['\r', '\n']).len() };
        let content = if raw == Raw::ForEver { upto } else { content };
        // The browser lays out a paragraph as a whole each time that it grows.
        while let Some(open) = self.open.as_ref().filter(|_| !is_code) {
            let bound = text.floor_char_boundary(open.closed.range.start + LONGEST_PLAIN);
            if content <= bound {
                break;
            }
            self.push_raw_piece(&text[self.start..bound]);
            self.start = bound;
            self.close_raw(bound, bound);
            self.open_raw(bound, raw);
        }
        self.push_raw_piece(&text[self.start..content]);
        (self.start, self.scanned) = (upto, upto);
        if let Some(open) = self.open.as_mut().filter(|_| end.is_some()) {
            open.raw = Raw::No;
            if !is_code {
                self.close_raw(upto, content);
            }
        }
        end.is_none()
    }

    fn push_raw_piece(&mut self, piece: &str) {
        let Some(open) = &self.open else { return };
        let text = piece.to_owned();
        let block = match &open.first {
            Block::Code { language, .. } => Block::Code { language: language.clone(), text },
            _ => Block::Plain { text },
        };
        self.go_on(block);
    }

    fn open_raw(&mut self, from: usize, raw: Raw) {
        let closed = Closed {
            range: from..from,
            which: None,
            uses: vec![],
            notes_before: self.labels.note_count,
            region: Region::default(),
            plain_end: Some(from),
        };
        let first = Block::Plain { text: String::new() };
        self.fresh.push(first.clone());
        self.open = Some(Open { closed, first, units: 0, head: String::new(), raw });
    }

    fn close_raw(&mut self, end: usize, content: usize) {
        if let Some(mut open) = self.open.take() {
            open.closed.range.end = end;
            open.closed.plain_end = Some(content);
            self.closed.push(open.closed);
        }
    }
}

/// Whether a line is too long to be Markdown, in bytes or in what it would begin.
pub fn is_long(line: &str) -> bool {
    let line = line.trim_end_matches(['\r', '\n']);
    let count = |bytes: &[u8], c: u8| bytes.iter().filter(|byte| **byte == c).count();
    let quotes = line.len() - line.trim_start_matches(['>', ' ', '\t']).len();
    line.len() > LONGEST_LINE
        || count(line.as_bytes(), b'|') > MOST_PIPES
        || quotes > MOST_QUOTES && count(&line.as_bytes()[..quotes], b'>') > MOST_QUOTES
}
