//! Formulas: from LaTeX of any kind to MathML of a closed set.
//!
//! The source comes from models, so nothing is taken on trust: sizes are bounded, a call has an end, macros are refused, a panic
//! costs its formula, and what comes out is read once more before a page may have it (`check`). Where anything is wrong, the
//! source stays on the page as it is.

mod check;
mod latex;
mod typeset;

use crate::{
    remembered::{Key, Remembered},
    workshop::Workshop,
};
use app::wire::{Code, Error, Formula};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use typeset::{Found, Work};

/// Of one call.
const FORMULAS: usize = 128;

/// Of one call, all sources together.
const BYTES: usize = 64 * 1024;

/// A longer formula stays as it is.
const LONGEST: usize = 8 * 1024;

/// What is remembered, in bytes.
const REMEMBERED: usize = 4 * 1024 * 1024;

/// What drawing a page may cost, all its formulas together; a formula takes less than a thousandth of it.
const PAGE: Duration = Duration::from_millis(150);

/// Cheap to clone.
#[derive(Clone)]
pub struct Typesetter {
    done: Arc<Remembered<Made>>,
    workshop: Arc<Workshop<Work>>,
}

impl Default for Typesetter {
    fn default() -> Self {
        Self { done: Arc::new(Remembered::new(REMEMBERED, cost)), workshop: Arc::default() }
    }
}

impl Typesetter {
    /// Each formula as MathML, in order; none for one that is broken, unknown or too long, or that was not done in time.
    /// Errors: `too_large` (more than 128 formulas, or more than 64 KB together).
    pub async fn typeset(&self, formulas: Vec<Formula>) -> Result<Vec<Option<String>>, Error> {
        let bytes: usize = formulas.iter().map(|formula| formula.source.len()).sum();
        if formulas.len() > FORMULAS || bytes > BYTES {
            let limit = BYTES / 1024;
            let what = format!("that is too much at once: the limit is {FORMULAS} formulas and {limit} KB together");
            return Err(Error::new(Code::TooLarge, what).hint("ask for fewer formulas at a time"));
        }
        let mut asked = self.remembered(formulas);
        if !asked.work.is_empty() {
            let found = self.workshop.work(std::mem::take(&mut asked.work)).await;
            self.keep(&mut asked, found);
        }
        Ok(asked.answer)
    }

    /// For one page that is being drawn.
    pub fn for_page(&self) -> PageTypesetter {
        PageTypesetter { typesetter: self.clone(), left: Mutex::new(PAGE) }
    }

    /// What is known already, and what is to be done.
    fn remembered(&self, formulas: Vec<Formula>) -> Asked {
        let mut asked = Asked { answer: vec![None; formulas.len()], ..Asked::default() };
        for (index, formula) in formulas.into_iter().enumerate().filter(|(_, formula)| formula.source.len() <= LONGEST)
        {
            let key = key(&formula);
            match self.done.get(&key) {
                Some(made) => asked.answer[index] = made.map(|made| made.to_string()),
                None => {
                    asked.keys.insert(index, key);
                    asked.work.push((index, formula));
                }
            }
        }
        asked
    }

    fn keep(&self, asked: &mut Asked, found: Vec<Found>) {
        for (index, made) in found {
            if let Some(key) = asked.keys.remove(&index) {
                self.done.put(key, made.as_deref().map(Arc::from));
            }
            asked.answer[index] = made;
        }
    }
}

#[derive(Default)]
struct Asked {
    answer: Vec<Option<String>>,
    work: Vec<(usize, Formula)>,
    keys: HashMap<usize, Key>,
}

/// What draws the formulas of one page: those that it has no time for, the page asks for when it is awake.
pub struct PageTypesetter {
    typesetter: Typesetter,
    left: Mutex<Duration>,
}

impl app::markdown::Typeset for PageTypesetter {
    fn typeset(&self, formulas: Vec<Formula>) -> Vec<Option<String>> {
        let mut asked = self.typesetter.remembered(formulas);
        let left = *lock(&self.left);
        if !asked.work.is_empty() && !left.is_zero() {
            let began = Instant::now();
            let found = self.typesetter.workshop.work_now(std::mem::take(&mut asked.work), left);
            *lock(&self.left) = left.saturating_sub(began.elapsed());
            self.typesetter.keep(&mut asked, found.unwrap_or_default());
        }
        asked.answer
    }
}

/// None where it is broken.
type Made = Option<Arc<str>>;

fn key(formula: &Formula) -> Key {
    Sha256::new().chain_update([u8::from(formula.display)]).chain_update(&formula.source).finalize().into()
}

/// With its keys, an entry costs more than its text.
fn cost(made: &Made) -> usize {
    made.as_ref().map_or(0, |made| made.len()) + 128
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
