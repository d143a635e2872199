//! What is asked of the server by a press of a button, and how that stands.

use crate::{text::sentence_in_full, wire::Error};
use leptos::{prelude::*, task::spawn_local};
use std::{borrow::Cow, pin::Pin};

/// One thing that can be asked, again and again.
#[derive(Clone, Copy)]
pub struct Asking {
    runs: RwSignal<bool>,
    problem: RwSignal<Option<Error>>,
    /// Counts what was asked: an answer that was overtaken says nothing.
    asked: StoredValue<u32>,
}

type Call = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

impl Asking {
    pub fn new() -> Self {
        Self { runs: RwSignal::new(false), problem: RwSignal::new(None), asked: StoredValue::new(0) }
    }

    /// It was asked, and the answer has not come.
    pub fn runs(self) -> bool {
        self.runs.get()
    }

    /// The same, for who only wants to know now.
    pub fn runs_now(self) -> bool {
        self.runs.get_untracked()
    }

    /// Why it failed the last time.
    pub fn problem(self) -> Option<Cow<'static, str>> {
        self.problem.with(|problem| problem.as_ref().map(sentence_in_full))
    }

    /// Whatever was said of the last try holds no more, and an answer that has not come will say nothing.
    pub fn forget(self) {
        self.next();
        self.runs.try_maybe_update(|runs| (std::mem::take(runs), ()));
        self.problem.try_maybe_update(|problem| (problem.take().is_some(), ()));
    }

    fn next(self) -> Option<u32> {
        self.asked.try_update_value(|asked| {
            *asked += 1;
            *asked
        })
    }

    /// The number of what was asked last, for a call that shows its answer only while it is.
    pub fn number(self) -> Option<u32> {
        self.asked.try_get_value()
    }

    pub fn ask(self, call: impl Future<Output = Result<(), Error>> + 'static) {
        self.begin(Box::pin(call));
    }

    fn begin(self, call: Call) {
        let number = self.next();
        self.runs.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let answer = call.await;
            if self.number() == number {
                self.runs.try_set(false);
                self.problem.try_set(answer.err());
            }
        });
    }
}
