//! Colours for code: from blocks of any text to spans of a few classes.
//!
//! The text comes from models, so nothing is taken on trust: sizes are bounded, a call has an end after which the rest stays plain,
//! a grammar that panics costs its block its colours. Grammars are larger than all the rest of the server, so they live on a thread
//! of their own (see `worker`), from the first block until none has come for a while.

mod classes;
mod languages;
mod worker;

use crate::remembered::{Key, Remembered};
use app::wire::{Code, CodeBlock, CodeSpan, Error};
use sha2::{Digest, Sha256};
use std::{collections::HashMap, sync::Arc};
use worker::Workshop;

/// Of one call.
const BLOCKS: usize = 64;

/// Of one call, code and languages together.
const BYTES: usize = 256 * 1024;

/// What is remembered, in spans of 8 bytes: 2 MiB.
const REMEMBERED: usize = 256 * 1024;

/// Cheap to clone.
#[derive(Clone)]
pub struct Highlighter {
    done: Arc<Remembered<Spans>>,
    workshop: Arc<Workshop>,
}

impl Default for Highlighter {
    fn default() -> Self {
        Self { done: Arc::new(Remembered::new(REMEMBERED, cost)), workshop: Arc::default() }
    }
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
        let (mut answer, mut work, mut keys) = (vec![Vec::new(); blocks.len()], Vec::new(), HashMap::new());
        for (index, block) in blocks.into_iter().enumerate() {
            let key = key(&block);
            match self.done.get(&key) {
                Some(spans) => answer[index] = spans.to_vec(),
                None => {
                    keys.insert(index, key);
                    work.push((index, block));
                }
            }
        }
        if work.is_empty() {
            return Ok(answer);
        }
        for found in self.workshop.work(work).await {
            // Copied here: what the worker allocated goes with it, and its memory back to the system.
            let spans = Spans::from(found.spans.as_slice());
            answer[found.index] = spans.to_vec();
            if let Some(key) = keys.remove(&found.index).filter(|_| found.whole) {
                self.done.put(key, spans);
            }
        }
        Ok(answer)
    }
}

type Spans = Arc<[CodeSpan]>;

fn key(block: &CodeBlock) -> Key {
    let length = (block.language.len() as u64).to_le_bytes();
    Sha256::new().chain_update(length).chain_update(&block.language).chain_update(&block.code).finalize().into()
}

/// With its keys, an entry costs as much as some spans.
fn cost(spans: &Spans) -> usize {
    spans.len() + 16
}

#[cfg(test)]
mod tests;
