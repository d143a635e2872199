//! The parser comes to the browser in the later file, when a text is about to grow: the first page is drawn by the server
//! and needs none. Nothing but `load` may lead from the page to comrak, or all of it is in the first page.
//!
//! A file that does not come is no misfortune: text is shown as it is meanwhile, and it is asked for again.

use super::{Document, Draw, math::typeset_in, whole_html};
use crate::{
    browser::{Element, Timer, draw_again, draw_from, extend, wall_ms},
    later::later,
    wire::Formula,
};
use leptos::{prelude::*, task::spawn_local};
use std::{cell::RefCell, rc::Rc, sync::Arc};

/// After a failure the file is asked for again no sooner.
const PATIENCE_MS: u64 = 5_000;
/// A timer may ring that much early.
const TIMER_SLACK_MS: u64 = 100;

/// What draws Markdown.
pub trait Renderer: Send + Sync {
    /// A text that will grow; `id` begins the ids of its elements.
    fn begin(&self, id: &str) -> Box<dyn Drawing>;
    /// All of a text.
    fn html(&self, id: &str, text: &str) -> String;
}

/// A text that grows.
pub trait Drawing {
    /// The block shows this text already: the server drew it.
    fn is_shown(&mut self, text: &str);
    /// Makes the block show this text, which begins with the text of the last call.
    fn show(&mut self, block: &Element, text: &str);
    /// Whether the last element is code that goes on.
    fn is_in_code(&self) -> bool;
}

struct Comrak;

impl Renderer for Comrak {
    fn begin(&self, id: &str) -> Box<dyn Drawing> {
        Box::new(Document::new(id))
    }

    fn html(&self, id: &str, text: &str) -> String {
        whole_html(id, text)
    }
}

impl Drawing for Document {
    fn is_shown(&mut self, text: &str) {
        self.draw(text);
    }

    fn show(&mut self, block: &Element, text: &str) {
        for draw in self.draw(text) {
            match draw {
                Draw::Again { at, html } => draw_again(block, at, &html),
                Draw::From { at, keep, html } => draw_from(block, at, keep, &html),
                Draw::Extend { at, drop, html } => extend(block, at, drop, &html),
            }
        }
    }

    fn is_in_code(&self) -> bool {
        Self::is_in_code(self)
    }
}

/// What draws formulas, for who has it.
pub trait Typeset: Send + Sync {
    /// Each formula as MathML, in order; none where it cannot be had now.
    fn typeset(&self, formulas: Vec<Formula>) -> Vec<Option<String>>;
}

struct Typesetting(Arc<dyn Typeset>);

impl Renderer for Typesetting {
    fn begin(&self, id: &str) -> Box<dyn Drawing> {
        Comrak.begin(id)
    }

    fn html(&self, id: &str, text: &str) -> String {
        typeset_in(&Comrak.html(id, text), |formulas| self.0.typeset(formulas))
    }
}

/// The renderer, for who may have it at once: the server puts it into the context of its pages.
pub fn renderer(typeset: Arc<dyn Typeset>) -> Arc<dyn Renderer> {
    Arc::new(Typesetting(typeset))
}

later! {
    fn load() -> Box<dyn Renderer> {
        Box::new(Comrak)
    }
}

#[derive(Default)]
struct Arrival {
    held: RefCell<Option<Rc<dyn Renderer>>>,
    state: RefCell<State>,
    changed: ArcTrigger,
    /// Tells that it can be asked for again.
    retry: RefCell<Option<Timer>>,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum State {
    #[default]
    Unasked,
    Loading,
    FailedAt(u64),
}

thread_local! {
    static ARRIVAL: Rc<Arrival> = Rc::default();
}

/// Fetches the renderer if it is not here: call it as soon as somebody may write. In the browser only.
pub fn warm() {
    let arrival = ARRIVAL.with(Rc::clone);
    let waits = match *arrival.state.borrow() {
        State::Unasked => false,
        State::Loading => true,
        State::FailedAt(then) => wall_ms().saturating_sub(then) < PATIENCE_MS - TIMER_SLACK_MS,
    };
    if waits || arrival.held.borrow().is_some() {
        return;
    }
    arrival.state.replace(State::Loading);
    spawn_local(async move {
        match load().await {
            Ok(renderer) => drop(arrival.held.replace(Some(Rc::from(renderer)))),
            Err(_) => {
                arrival.state.replace(State::FailedAt(wall_ms()));
                let changed = arrival.changed.clone();
                arrival.retry.replace(Timer::after(PATIENCE_MS, move || changed.notify()));
            }
        }
        arrival.changed.notify();
    });
}

/// How the browser can draw just now; effects that ask run again when that changes.
pub enum Means {
    Renderer(Rc<dyn Renderer>),
    /// It is on its way.
    Waiting,
    /// It did not come, so far.
    Plain,
}

/// The later file, and the renderer with it, has come; tracked.
pub fn is_here() -> bool {
    let arrival = ARRIVAL.with(Rc::clone);
    arrival.changed.track();
    arrival.held.borrow().is_some()
}

/// Asks for the renderer as well.
pub fn means() -> Means {
    warm();
    let arrival = ARRIVAL.with(Rc::clone);
    arrival.changed.track();
    let held = arrival.held.borrow().clone();
    match (held, *arrival.state.borrow()) {
        (Some(renderer), _) => Means::Renderer(renderer),
        (None, State::FailedAt(_)) => Means::Plain,
        (None, _) => Means::Waiting,
    }
}
