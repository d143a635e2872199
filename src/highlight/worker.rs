//! The thread that has the grammars: it reads them when it begins, and takes them along when it ends.
//!
//! One thread, since each expression of a grammar keeps a scratch space for every thread that ever used it. A grammar cannot be
//! interrupted within a line; a thread that hangs in one is left behind with what it has, and another takes its place.

use super::{classes::class_of, languages, lock};
use app::wire::{CodeBlock, CodeSpan, SpanClass};
use std::{
    collections::HashSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    time::{Duration, Instant},
};
use syntect::{
    parsing::{ParseState, ScopeStack, SyntaxReference, SyntaxSet},
    util::LinesWithEndings,
};
use tokio::sync::oneshot;

/// After this long, counted from when it was handed over, what is not done of a call stays plain.
const TIME: Duration = Duration::from_secs(2);

/// How much longer the thread is waited for; each line is shorter than this, unless it hangs.
const GRACE: Duration = Duration::from_millis(500);

/// Threads at most: one that works, and one that was left behind.
const THREADS: usize = 2;

/// A thread without work ends after this long.
pub(super) const KEEP: Duration = Duration::from_secs(60);

/// A grammar compiles its expressions as it needs them, and keeps them: 1 to 50 MB each. Before one more all are read anew.
pub(super) const GRAMMARS: usize = 8;

/// A longer line stays plain: a grammar looks at each of its places anew.
pub(super) const LINE: usize = 4 * 1024;

/// Where scopes are nested deeper, the rest of the block stays plain.
pub(super) const DEPTH: usize = 400;

/// Blocks with their places in the answer.
type Blocks = Vec<(usize, CodeBlock)>;

pub(super) struct Workshop {
    /// The way to the thread that works, if there is one. Whoever sends holds the lock.
    worker: Mutex<Option<mpsc::Sender<Job>>>,
    pub(super) threads: AtomicUsize,
    keep: Duration,
    time: Duration,
}

struct Job {
    blocks: Blocks,
    end: Instant,
    to: oneshot::Sender<Vec<Found>>,
}

/// What became of a block.
#[derive(Default)]
pub(super) struct Found {
    pub index: usize,
    pub spans: Vec<CodeSpan>,
    /// It is all there is to find: what was cut off by time is to be tried again.
    pub whole: bool,
}

impl Default for Workshop {
    fn default() -> Self {
        Self::new(KEEP, TIME)
    }
}

impl Workshop {
    pub(super) fn new(keep: Duration, time: Duration) -> Self {
        Self { worker: Mutex::default(), threads: AtomicUsize::new(0), keep, time }
    }

    /// Gives what is done in time.
    pub(super) async fn work(self: &Arc<Self>, blocks: Blocks) -> Vec<Found> {
        let (to, found) = oneshot::channel();
        self.hand_over(Job { blocks, end: Instant::now() + self.time, to });
        match tokio::time::timeout(self.time + GRACE, found).await {
            Ok(found) => found.unwrap_or_default(),
            Err(_) => {
                tracing::warn!("a grammar hangs in a line of code; its thread is left behind");
                self.leave_behind();
                Vec::new()
            }
        }
    }

    /// Without a thread, and without room for another, the job is dropped, which answers it.
    fn hand_over(self: &Arc<Self>, job: Job) {
        let mut worker = lock(&self.worker);
        if worker.is_none() && self.threads.load(Ordering::SeqCst) < THREADS {
            let (jobs, queue) = mpsc::channel();
            let workshop = self.clone();
            let thread = std::thread::Builder::new().name("highlight".into());
            self.threads.fetch_add(1, Ordering::SeqCst);
            match thread.spawn(move || workshop.run(&queue)) {
                Ok(_) => *worker = Some(jobs),
                Err(_) => drop(self.threads.fetch_sub(1, Ordering::SeqCst)),
            }
        }
        if let Some(worker) = &*worker {
            // A thread ends only with the lock held, so it is there.
            let _ = worker.send(job);
        }
    }

    /// The thread ends when it is through with its line.
    pub(super) fn leave_behind(&self) {
        *lock(&self.worker) = None;
    }

    fn run(&self, queue: &mpsc::Receiver<Job>) {
        let mut grammars = Grammars::default();
        while let Some(Job { blocks, end, to }) = self.next(queue) {
            // Who asked may have gone away.
            let _ = to.send(blocks.into_iter().map(|(index, block)| grammars.find(index, &block, end)).collect());
        }
        drop(grammars);
        give_memory_back();
        self.threads.fetch_sub(1, Ordering::SeqCst);
    }

    /// None when nothing came for long, or when the thread was left behind.
    fn next(&self, queue: &mpsc::Receiver<Job>) -> Option<Job> {
        match queue.recv_timeout(self.keep) {
            Ok(job) => Some(job),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => {
                let mut worker = lock(&self.worker);
                match queue.try_recv() {
                    Ok(job) => Some(job),
                    // Left behind between the two: another's place is not ours to clear.
                    Err(mpsc::TryRecvError::Disconnected) => None,
                    Err(mpsc::TryRecvError::Empty) => {
                        *worker = None;
                        None
                    }
                }
            }
        }
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
pub(super) struct Grammars {
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
