//! Markdown: from a model's text to HTML, as the text grows.
//!
//! Read `parse` first (what comrak is asked; `addresses` mends where bare ones end, `math` what lines of
//! formulas begin, `dollars` what is none), then
//! `html` (its tree as HTML), `chunker` (what of a growing text is final), `document` (what each drawing does to the page) and `renderer` (how all this
//! comes to the browser). Nothing outside of this folder knows comrak.

mod addresses;
mod block;
mod chunker;
mod document;
mod dollars;
mod escape;
mod html;
mod labels;
mod math;
mod parse;
mod preview;
mod renderer;

pub use escape::push_text;
pub use math::formula;
pub use preview::Preview;
pub use renderer::{Drawing, Means, Renderer, Typeset, is_here, means, renderer, warm};

use document::{Document, html as whole_html};

/// One thing to do to the page, where `at` counts the elements of a text from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Draw {
    /// Draws one element again.
    Again { at: usize, html: String },
    /// Draws everything from this element on. The element itself keeps its first children where `keep` is not 0, and the
    /// HTML goes on behind them.
    From { at: usize, keep: usize, html: String },
    /// Goes on with the text of this element, which is code or plain, after taking so many UTF-16 units off its end.
    Extend { at: usize, drop: usize, html: String },
}

#[cfg(test)]
mod tests;
