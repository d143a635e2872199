//! The grammars: a thread of their own reads them when it begins, and takes them along when it ends.
//!
//! One thread, since each expression of a grammar keeps a scratch space for every thread that ever used it. A grammar cannot be
//! interrupted within a line.

use super::{classes::class_of, languages};
use crate::workshop::{self, Craft};
use app::wire::{CodeBlock, CodeSpan, SpanClass};
use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};
use syntect::{
    parsing::{ParseState, ScopeStack, SyntaxReference, SyntaxSet},
    util::LinesWithEndings,
};

pub(super) type Workshop = workshop::Workshop<Grammars>;

/// A grammar compiles its expressions as it needs them, and keeps them: 1 to 50 MB each. Before one more all are read anew.
pub(super) const GRAMMARS: usize = 8;

/// A longer line stays plain: a grammar looks at each of its places anew.
pub(super) const LINE: usize = 4 * 1024;

/// Where scopes are nested deeper, the rest of the block stays plain.
pub(super) const DEPTH: usize = 400;

/// Blocks with their places in the answer.
pub type Blocks = Vec<(usize, CodeBlock)>;

/// What became of a block.
#[derive(Default)]
pub struct Found {
    pub index: usize,
    pub spans: Vec<CodeSpan>,
    /// It is all there is to find: what was cut off by time is to be tried again.
    pub whole: bool,
}

impl Craft for Grammars {
    type Job = Blocks;
    type Found = Vec<Found>;
    const NAME: &'static str = "highlight";

    fn work(&mut self, blocks: Blocks, end: Instant) -> Vec<Found> {
        blocks.into_iter().map(|(index, block)| self.find(index, &block, end)).collect()
    }

    fn end(self) {
        drop(self);
        give_memory_back();
    }
}

/// glibc keeps for itself what was freed, a hundred megabytes here; other systems give it back by themselves.
fn give_memory_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "there is no safe way to ask")]
    // SAFETY: it takes no pointer, and may be called by any thread at any time.
    unsafe {
        libc::malloc_trim(0);
    }
}

/// All grammars, read when the first is asked for.
#[derive(Default)]
pub struct Grammars {
    read: Option<SyntaxSet>,
    used: HashSet<String>,
}

impl Grammars {
    fn all(&mut self) -> &SyntaxSet {
        self.read.get_or_insert_with(two_face::syntax::extra_newlines)
    }

    /// How many were used since they were read.
    #[cfg(test)]
    pub(super) fn used(&self) -> usize {
        self.used.len()
    }

    pub(super) fn find(&mut self, index: usize, block: &CodeBlock, end: Instant) -> Found {
        let missing = Found { index, ..Found::default() };
        let Some(grammar) = languages::find(self.all(), &block.language) else { return missing };
        let name = grammar.name.clone();
        if self.used.len() == GRAMMARS && !self.used.contains(&name) {
            // The old ones go first: the two of them need not fit.
            *self = Self::default();
        }
        self.used.insert(name);
        let all = self.all();
        let Some(grammar) = languages::find(all, &block.language) else { return missing };
        let found = catch_unwind(AssertUnwindSafe(|| spans(all, grammar, &block.code, end)));
        let (spans, whole) = found.unwrap_or_else(|_| {
            tracing::warn!(grammar = grammar.name, "a grammar could not take a block of code");
            (Vec::new(), true)
        });
        Found { index, spans, whole }
    }
}

/// The spans of a code, and whether this is all: what `end` cut off is to be tried again.
pub(super) fn spans(
    grammars: &SyntaxSet,
    grammar: &SyntaxReference,
    code: &str,
    end: Instant,
) -> (Vec<CodeSpan>, bool) {
    let (mut state, mut scopes, mut line_end) = (ParseState::new(grammar), ScopeStack::new(), String::new());
    let mut found = Spans::default();
    for line in LinesWithEndings::from(code) {
        if Instant::now() >= end {
            return (found.spans, false);
        }
        if line.len() > LINE {
            found.add(SpanClass::Plain, line);
            continue;
        }
        // Grammars of this kind want their line feeds.
        line_end.clear();
        line_end.push_str(line);
        if !line.ends_with('\n') {
            line_end.push('\n');
        }
        let Ok(ops) = state.parse_line(&line_end, grammars) else { return (found.spans, true) };
        let mut at = 0;
        for (to, op) in ops {
            let to = to.min(line.len());
            if to > at {
                found.add(class_of(scopes.as_slice(), &line[at..to]), &line[at..to]);
                at = to;
            }
            if scopes.apply(&op).is_err() || scopes.len() > DEPTH {
                return (found.spans, true);
            }
        }
        if at < line.len() {
            found.add(class_of(scopes.as_slice(), &line[at..]), &line[at..]);
        }
    }
    found.end();
    (found.spans, true)
}

#[derive(Default)]
struct Spans {
    spans: Vec<CodeSpan>,
}

impl Spans {
    /// Space between two words takes the colour of the first, which nobody sees, and makes one span less.
    fn add(&mut self, class: SpanClass, text: &str) {
        let bytes = text.len() as u32;
        match self.spans.last_mut() {
            Some(last) if last.class == class || text.trim_ascii().is_empty() => last.bytes += bytes,
            _ => self.spans.push(CodeSpan { class, bytes }),
        }
    }

    /// What is plain at the end need not be said.
    fn end(&mut self) {
        self.spans.pop_if(|last| last.class == SpanClass::Plain);
    }
}
