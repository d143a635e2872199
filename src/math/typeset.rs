//! One formula after the other, in a thread of its own: pulldown-latex calls itself for what is nested, as deep as the
//! formula is long, and a stack that is too small would end the process.

use super::{
    check::checked,
    latex::{FRAME, in_known_words, is_plain, with_environment},
};
use crate::workshop::Craft;
use app::wire::Formula;
use pulldown_latex::{
    Parser, RenderConfig, Storage,
    config::DisplayMode,
    event::{ColorChange, ColorTarget, Event, StateChange},
    mathml::push_mathml,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

/// More parts than this are no formula that anybody could read.
const MOST_EVENTS: usize = 20_000;

/// What became of a formula: its place, and its MathML where it has any.
pub type Found = (usize, Option<String>);

#[derive(Default)]
pub struct Work;

impl Craft for Work {
    type Job = Vec<(usize, Formula)>;
    type Found = Vec<Found>;
    const NAME: &'static str = "math";
    const STACK: usize = 256 * 1024 * 1024;

    fn work(&mut self, formulas: Self::Job, end: Instant) -> Self::Found {
        let in_time = formulas.into_iter().take_while(|_| Instant::now() < end);
        in_time.map(|(index, formula)| (index, typeset(&formula))).collect()
    }
}

fn typeset(formula: &Formula) -> Option<String> {
    catch_unwind(AssertUnwindSafe(|| mathml(formula))).unwrap_or_else(|_| {
        tracing::debug!("a formula could not be taken");
        None
    })
}

/// MathML of a closed set, or nothing.
pub fn mathml(Formula { source, display }: &Formula) -> Option<String> {
    if !is_plain(source) {
        return None;
    }
    let known = in_known_words(source)?;
    let written = write(&known, *display).or_else(|| write(&with_environment(&known)?, *display));
    checked(&with_names(&written?))
}

fn write(latex: &str, display: bool) -> Option<String> {
    let storage = Storage::new();
    let mut events = vec![];
    for event in Parser::new(latex, &storage) {
        if events.len() == MOST_EVENTS {
            return None;
        }
        events.extend(without_colours(event.ok()?));
    }
    let display_mode = if display { DisplayMode::Block } else { DisplayMode::Inline };
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let mut written = String::new();
    let events = events.into_iter().map(Ok::<_, std::fmt::Error>);
    push_mathml(&mut written, events, config).ok()?;
    Some(written)
}

/// A sign that is a letter of MathML as well is written as it is, by itself in its element.
fn with_names(written: &str) -> String {
    let mut named = written.to_owned();
    for (sign, name) in [("<", "&lt;"), (">", "&gt;"), ("&", "&amp;")] {
        // It may be struck through.
        for behind in ["</m", "\u{338}</m"] {
            named = named.replace(&format!(">{sign}{behind}"), &format!(">{name}{behind}"));
        }
    }
    named
}

/// A colour that a model chose is read in one theme at most. What stands for a frame becomes one.
fn without_colours(event: Event<'_>) -> Option<Event<'_>> {
    match event {
        Event::StateChange(StateChange::Color(change)) => {
            let is_frame = change.target == ColorTarget::Border || change.color == FRAME;
            let frame = ColorChange { color: (0, 0, 0), target: ColorTarget::Border };
            is_frame.then_some(Event::StateChange(StateChange::Color(frame)))
        }
        event => Some(event),
    }
}
