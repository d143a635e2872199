//! Colours for code: from blocks of any text to spans of a few classes.
//!
//! The text comes from models, so nothing is taken on trust: sizes are bounded, a call has an end after which the rest stays plain,
//! a grammar that panics costs its block its colours. Grammars are read when the first block comes, and given back when none has
//! come for a while, since they are larger than all the rest of the server.

mod classes;
mod languages;

use app::wire::{Code, CodeBlock, CodeSpan, Error, SpanClass};
use classes::class_of;
use sha2::{Digest, Sha256};
use std::{
    collections::{HashMap, VecDeque},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use syntect::{
    parsing::{ParseState, ScopeStack, SyntaxReference, SyntaxSet},
    util::LinesWithEndings,
};
use tokio::sync::Semaphore;

/// Of one call.
const BLOCKS: usize = 64;

/// Of one call, code and languages together.
const BYTES: usize = 256 * 1024;

/// After this long what is not done stays plain.
const TIME: Duration = Duration::from_secs(1);

/// How much longer a thread is waited for that has heard of its end.
const GRACE: Duration = Duration::from_millis(500);

/// A longer line stays plain: a grammar looks at each of its places anew, and cannot be interrupted within it.
const LINE: usize = 4 * 1024;

/// Where scopes are nested deeper, the rest of the block stays plain.
const DEPTH: usize = 400;

/// Calls that are worked on at once; the others wait, within their time.
const AT_ONCE: usize = 2;

/// What is remembered, in spans of 8 bytes: 2 MiB.
const REMEMBERED: usize = 256 * 1024;

/// Grammars that nobody asked for go after this long.
const KEEP: Duration = Duration::from_secs(5 * 60);

/// Cheap to clone.
#[derive(Clone, Default)]
pub struct Highlighter {
    held: Arc<Held>,
}

#[derive(Default)]
struct Held {
    done: Mutex<Done>,
    grammars: Mutex<Grammars>,
    room: Room,
}

/// The grammars, while they are in use; a grammar compiles its expressions as it needs them, and keeps them.
#[derive(Default)]
struct Grammars {
    read: Option<Arc<SyntaxSet>>,
    /// How often they were asked for.
    used: u64,
}

struct Room(Arc<Semaphore>);

impl Default for Room {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// A block that was not known, and its place in the answer.
struct Work {
    index: usize,
    key: Key,
    block: CodeBlock,
}

impl Highlighter {
    /// The spans of each block, in order; none for an unknown language, or for what could not be done in time.
    /// Errors: `too_large` (more than 64 blocks, or more than 256 KB together).
    pub async fn highlight(&self, blocks: Vec<CodeBlock>) -> Result<Vec<Vec<CodeSpan>>, Error> {
        let bytes: usize = blocks.iter().map(|block| block.code.len() + block.language.len()).sum();
        if blocks.len() > BLOCKS || bytes > BYTES {
            let limit = BYTES / 1024;
            let what = format!("that is too much code at once: the limit is {BLOCKS} blocks and {limit} KB together");
            return Err(Error::new(Code::TooLarge, what).hint("ask for fewer blocks at a time"));
        }
        let (mut answer, mut work) = (vec![Vec::new(); blocks.len()], Vec::new());
        for (index, block) in blocks.into_iter().enumerate() {
            let key = key(&block);
            match lock(&self.held.done).get(&key) {
                Some(spans) => answer[index] = spans.to_vec(),
                None => work.push(Work { index, key, block }),
            }
        }
        if !work.is_empty() {
            for (index, spans) in self.work(work).await {
                answer[index] = spans.to_vec();
            }
        }
        Ok(answer)
    }

    /// Gives what is done in time. A thread that hangs inside of a line is left behind, and keeps its room until it is through.
    async fn work(&self, work: Vec<Work>) -> Vec<(usize, Spans)> {
        let (held, end) = (self.held.clone(), Instant::now() + TIME);
        let working = async move {
            let Ok(room) = held.room.0.clone().acquire_owned().await else { return Vec::new() };
            let grammars = held.grammars().await;
            let working = tokio::task::spawn_blocking(move || {
                let _room = room;
                work.into_iter().map(|work| (work.index, held.do_one(&grammars, work, end))).collect()
            });
            working.await.unwrap_or_default()
        };
        tokio::time::timeout(TIME + GRACE, working).await.unwrap_or_default()
    }
}

impl Held {
    /// Reads the grammars where they are not there, and gives them back when they are not used any more.
    async fn grammars(self: &Arc<Self>) -> Arc<SyntaxSet> {
        {
            let mut grammars = lock(&self.grammars);
            grammars.used += 1;
            if let Some(read) = &grammars.read {
                return read.clone();
            }
        }
        let read = tokio::task::spawn_blocking(two_face::syntax::extra_newlines).await;
        let read = Arc::new(read.unwrap_or_else(|_| SyntaxSet::new()));
        if lock(&self.grammars).read.replace(read.clone()).is_none() {
            tokio::spawn(self.clone().forget_grammars());
        }
        read
    }

    async fn forget_grammars(self: Arc<Self>) {
        let mut seen = 0;
        while !self.forget_unused(&mut seen) {
            tokio::time::sleep(KEEP).await;
        }
    }

    /// Whether nobody asked since `seen`: then they are gone.
    fn forget_unused(&self, seen: &mut u64) -> bool {
        let mut grammars = lock(&self.grammars);
        let is_unused = std::mem::replace(seen, grammars.used) == grammars.used;
        if is_unused {
            grammars.read = None;
        }
        is_unused
    }

    fn do_one(&self, grammars: &SyntaxSet, work: Work, end: Instant) -> Spans {
        let Work { key, block, .. } = work;
        let Some(grammar) = languages::find(grammars, &block.language) else { return Spans::default() };
        let found = catch_unwind(AssertUnwindSafe(|| spans(grammars, grammar, &block.code, end)));
        let (found, whole) = found.unwrap_or_else(|_| {
            tracing::warn!(grammar = grammar.name, "a grammar could not take a block of code");
            (Vec::new(), true)
        });
        let found = Spans::from(found);
        if whole {
            lock(&self.done).put(key, found.clone());
        }
        found
    }
}

/// The spans of a code, and whether this is all: what `end` cut off is to be tried again.
fn spans(grammars: &SyntaxSet, grammar: &SyntaxReference, code: &str, end: Instant) -> (Vec<CodeSpan>, bool) {
    let (mut state, mut scopes, mut line_end) = (ParseState::new(grammar), ScopeStack::new(), String::new());
    let mut found = Found::default();
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
struct Found {
    spans: Vec<CodeSpan>,
}

impl Found {
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

type Key = [u8; 32];
type Spans = Arc<[CodeSpan]>;

fn key(block: &CodeBlock) -> Key {
    let length = (block.language.len() as u64).to_le_bytes();
    Sha256::new().chain_update(length).chain_update(&block.language).chain_update(&block.code).finalize().into()
}

/// What was done, up to [`REMEMBERED`] spans; the oldest goes first.
#[derive(Default)]
struct Done {
    spans: HashMap<Key, Spans>,
    order: VecDeque<Key>,
    size: usize,
}

impl Done {
    fn get(&self, key: &Key) -> Option<Spans> {
        self.spans.get(key).cloned()
    }

    fn put(&mut self, key: Key, spans: Spans) {
        let size = cost(&spans);
        if self.spans.insert(key, spans).is_some() {
            return;
        }
        self.order.push_back(key);
        self.size += size;
        while self.size > REMEMBERED {
            let Some(oldest) = self.order.pop_front().and_then(|key| self.spans.remove(&key)) else { return };
            self.size -= cost(&oldest);
        }
    }
}

/// With its keys, an entry costs as much as some spans.
fn cost(spans: &[CodeSpan]) -> usize {
    spans.len() + 16
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
