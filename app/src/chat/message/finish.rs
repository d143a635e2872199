//! What a text gets when it is closed: colours for its code, which change none of it, and formulas typeset. The server knows
//! both, and is asked for both together.

use super::code::number_lines;
use crate::{
    browser::{
        Element, Selected, Timer, all_in, around, growing_end, has_lines, has_text_behind, part_lines,
        replace_unselected, text_of,
    },
    chat::highlight::{highlight_code, typeset_math},
    later::later,
    markdown::{formula, push_text},
    wire::{CodeBlock, CodeSpan, Formula, SpanClass, Word},
};
use leptos::task::spawn_local;
use std::cell::RefCell;

/// Says on code that its colours were asked for, so that nobody asks twice.
const COLOURED: &str = "data-coloured";
/// The same of a formula.
const ASKED: &str = "data-asked";
/// What a formula was written as, once it is typeset.
const SOURCE: &str = "data-source";
/// What comes together is asked for together.
const PAUSE_MS: u64 = 120;
/// After this time it is tried again: the server was not there, or somebody held the text selected.
const AGAIN_MS: u64 = 3_000;
/// At most so often.
const TRIES: u32 = 5;
/// The server takes no more at once; see `Backend::highlight_code` and `Backend::typeset_math`.
const MOST: usize = 64;
const MOST_BYTES: usize = 256 * 1024;
/// Of formulas it takes fewer bytes by this.
const FORMULA_WEIGHS: usize = 4;
/// A longer block stays plain, and a longer formula as it was written.
const LONGEST: usize = 64 * 1024;
const LONGEST_FORMULA: usize = 8 * 1024;

/// What waits, the newest last.
#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    timer: Option<Timer>,
    asking: bool,
}

#[derive(Clone)]
struct Waiting {
    element: Element,
    /// What it shows.
    text: String,
    what: What,
    tries: u32,
}

#[derive(Clone)]
enum What {
    Code { language: String },
    Formula(Formula),
}

impl Waiting {
    fn weight(&self) -> usize {
        match &self.what {
            What::Code { language } => self.text.len() + language.len(),
            What::Formula(_) => self.text.len() * FORMULA_WEIGHS,
        }
    }
}

thread_local! {
    static QUEUE: RefCell<Queue> = RefCell::default();
}

/// Asks for what a text lacks. Of one that grows, code in the last element may not be whole.
pub fn finish(text: &Element, grows: bool, in_code: bool) {
    let last = text.last_element_child();
    let may_grow = |figure: &Element| {
        // A fence that stands at the end by itself is whole once it is closed.
        let is_last = last.as_ref().is_some_and(|last| last.contains(Some(figure)));
        grows && is_last && (in_code || last.as_ref() != Some(figure))
    };
    for code in all_in(text, &format!("figure[data-language] code:not([{COLOURED}])")) {
        let Some(figure) = around(&code, "figure") else { continue };
        if may_grow(&figure) {
            continue;
        }
        // The name is one that every browser takes.
        let _ = code.set_attribute(COLOURED, "");
        let language = figure.get_attribute("data-language").unwrap_or_default();
        wait(code, LONGEST, |_| Some(What::Code { language }));
    }
    // Those that have a language get them with their colours.
    for figure in all_in(text, "figure[data-numbers]:not([data-language])") {
        if !may_grow(&figure) && all_in(&figure, "code").iter().any(|code| !has_lines(code)) {
            spawn_local(async move { drop(number_lines(figure).await) });
        }
    }
    let end = growing_end(text).filter(|_| grows);
    for element in all_in(text, &format!(".math:not([{ASKED}], [{SOURCE}])")) {
        // What stands right behind a dollar may yet make it a price.
        if !has_text_behind(&element) && end.as_ref().is_some_and(|end| end.contains(Some(&element))) {
            continue;
        }
        let _ = element.set_attribute(ASKED, "");
        wait(element, LONGEST_FORMULA, |text| formula(text).map(What::Formula));
    }
    ask_in(PAUSE_MS);
}

fn wait(element: Element, longest: usize, what: impl FnOnce(&str) -> Option<What>) {
    let text = text_of(&element);
    if let Some(what) = what(&text).filter(|_| text.len() <= longest) {
        QUEUE.with_borrow_mut(|queue| queue.waiting.push(Waiting { element, text, what, tries: 0 }));
    }
}

fn ask_in(ms: u64) {
    QUEUE.with_borrow_mut(|queue| {
        if !queue.asking && queue.timer.is_none() && !queue.waiting.is_empty() {
            queue.timer = Timer::after(ms, ask);
        }
    });
}

fn ask() {
    spawn_local(async {
        if ask_now().await.is_err() {
            ask_in(AGAIN_MS);
        }
    });
}

later! {
    /// Asks for the newest first: a conversation is read from its end.
    fn ask_now() -> () {
        ask_newest();
    }
}

fn ask_newest() {
    let batch = QUEUE.with_borrow_mut(|queue| {
        queue.timer = None;
        let mut bytes = 0;
        let takes = |waiting: &&Waiting| {
            bytes += waiting.weight();
            bytes <= MOST_BYTES
        };
        let count = queue.waiting.iter().rev().take(MOST).take_while(takes).count();
        queue.asking = count > 0;
        queue.waiting.split_off(queue.waiting.len() - count)
    });
    if batch.is_empty() {
        return;
    }
    spawn_local(async move {
        let (mut blocks, mut formulas) = (vec![], vec![]);
        for Waiting { text, what, .. } in &batch {
            match what {
                What::Code { language } => blocks.push(CodeBlock { language: language.clone(), code: text.clone() }),
                What::Formula(formula) => formulas.push(formula.clone()),
            }
        }
        let spans = if blocks.is_empty() { vec![] } else { highlight_code(blocks).await.unwrap_or_default() };
        let made = if formulas.is_empty() { vec![] } else { typeset_math(formulas).await.unwrap_or_default() };
        let (mut spans, mut made) = (spans.into_iter(), made.into_iter());
        let selected = Selected::now();
        let is_done = |waiting: &Waiting| match waiting.what {
            What::Code { .. } => spans.next().is_some_and(|spans| colour(waiting, &spans, &selected)),
            What::Formula(_) => made.next().is_some_and(|made| typeset(waiting, made, &selected)),
        };
        let done: Vec<_> = batch.iter().map(is_done).collect();
        let again: Vec<_> = batch.into_iter().zip(done).filter(|(_, done)| !done).map(|pair| pair.0).collect();
        let failed = !again.is_empty();
        QUEUE.with_borrow_mut(|queue| {
            queue.asking = false;
            let again = again.into_iter().map(|waiting| Waiting { tries: waiting.tries + 1, ..waiting });
            let again = again.filter(|waiting| waiting.tries < TRIES && waiting.element.is_connected());
            queue.waiting.splice(0..0, again);
        });
        ask_in(if failed { AGAIN_MS } else { PAUSE_MS });
    });
}

/// True when nothing is left to do.
fn colour(Waiting { element, text, .. }: &Waiting, spans: &[CodeSpan], selected: &Selected) -> bool {
    if spans.is_empty() || text_of(element) != *text {
        return true;
    }
    let done = replace_unselected(element, &coloured(text, spans), selected);
    // Its reader wants to see the numbers of its lines.
    done && (around(element, "[data-numbers]").is_none() || part_lines(element, selected))
}

/// The same.
fn typeset(Waiting { element, text, .. }: &Waiting, mathml: Option<String>, selected: &Selected) -> bool {
    let Some(mathml) = mathml.filter(|_| text_of(element) == *text) else { return true };
    let done = replace_unselected(element, &mathml, selected);
    if done {
        let _ = element.set_attribute(SOURCE, text);
    }
    done
}

/// The code with its spans, as HTML.
fn coloured(code: &str, spans: &[CodeSpan]) -> String {
    let mut html = String::new();
    let mut rest = code;
    for span in spans {
        // What does not fit the text is not from this text: what is left stays plain.
        let Some((piece, after)) = rest.split_at_checked(span.bytes as usize) else { break };
        if matches!(span.class, SpanClass::Plain) {
            push_text(&mut html, piece);
        } else {
            html.push_str("<span data-span=\"");
            html.push_str(span.class.word());
            html.push_str("\">");
            push_text(&mut html, piece);
            html.push_str("</span>");
        }
        rest = after;
    }
    push_text(&mut html, rest);
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_cover_the_code_and_change_none_of_it() {
        let span = |class, bytes| CodeSpan { class, bytes };
        let spans = [span(SpanClass::Keyword, 2), span(SpanClass::Plain, 1), span(SpanClass::String, 5)];
        assert_eq!(
            coloured("fn \"<中\" x", &[spans[0], spans[1], span(SpanClass::String, 6)]),
            "<span data-span=\"keyword\">fn</span> <span data-span=\"string\">\"&lt;中\"</span> x"
        );
        assert_eq!(coloured("fn 中", &spans), "<span data-span=\"keyword\">fn</span> 中", "no cut in a character");
        assert_eq!(coloured("x", &[span(SpanClass::Type, 9)]), "x");
    }
}
