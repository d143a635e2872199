//! Colours for code: asked of the server when a block is closed, and put on its text without changing it.

use crate::{
    browser::{Element, Timer, all_in, around, replace_unselected, text_of},
    chat::highlight::highlight_code,
    later::later,
    markdown::push_text,
    wire::{CodeBlock, CodeSpan, SpanClass, Word},
};
use leptos::task::spawn_local;
use std::cell::RefCell;

/// Says on a block that its colours were asked for, so that nobody asks twice.
const ASKED: &str = "data-coloured";
/// Blocks that come together are asked for together.
const PAUSE_MS: u64 = 120;
/// After this time it is tried again: the server was not there, or somebody held the text selected.
const AGAIN_MS: u64 = 3_000;
/// At most so often.
const TRIES: u32 = 5;
/// The server takes no more at once; see `Backend::highlight_code`.
const MOST_BLOCKS: usize = 64;
const MOST_BYTES: usize = 256 * 1024;
/// A longer block stays plain.
const LONGEST: usize = 64 * 1024;

/// Code that waits for its colours, the newest last.
#[derive(Default)]
struct Queue {
    waiting: Vec<Waiting>,
    timer: Option<Timer>,
    asking: bool,
}

#[derive(Clone)]
struct Waiting {
    code: Element,
    block: CodeBlock,
    tries: u32,
}

thread_local! {
    static QUEUE: RefCell<Queue> = RefCell::default();
}

/// Asks for colours of all code in a text. Of a text that grows, code in the last element may not be whole.
pub fn colour(text: &Element, grows: bool, in_code: bool) {
    let last = text.last_element_child();
    for code in all_in(text, &format!("figure[data-language] code:not([{ASKED}])")) {
        let Some(figure) = around(&code, "figure") else { continue };
        // A fence that stands at the end by itself is whole once it is closed.
        let is_last = last.as_ref().is_some_and(|last| last.contains(Some(&figure)));
        let may_grow = in_code || last.as_ref() != Some(&figure);
        if grows && is_last && may_grow {
            continue;
        }
        // The name is one that every browser takes.
        let _ = code.set_attribute(ASKED, "");
        let block =
            CodeBlock { language: figure.get_attribute("data-language").unwrap_or_default(), code: text_of(&code) };
        if block.code.len() <= LONGEST {
            QUEUE.with_borrow_mut(|queue| queue.waiting.push(Waiting { code, block, tries: 0 }));
        }
    }
    ask_in(PAUSE_MS);
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
            bytes += waiting.block.code.len() + waiting.block.language.len();
            bytes <= MOST_BYTES
        };
        let count = queue.waiting.iter().rev().take(MOST_BLOCKS).take_while(takes).count();
        queue.asking = count > 0;
        queue.waiting.split_off(queue.waiting.len() - count)
    });
    if batch.is_empty() {
        return;
    }
    spawn_local(async move {
        let blocks = batch.iter().map(|waiting| waiting.block.clone()).collect();
        let answer = highlight_code(blocks).await;
        let again: Vec<_> = match answer {
            Ok(spans) => batch
                .into_iter()
                .zip(spans)
                .filter(|(waiting, spans)| !put_on(waiting, spans))
                .map(|pair| pair.0)
                .collect(),
            Err(_) => batch,
        };
        let failed = !again.is_empty();
        QUEUE.with_borrow_mut(|queue| {
            queue.asking = false;
            let again = again.into_iter().map(|waiting| Waiting { tries: waiting.tries + 1, ..waiting });
            let again = again.filter(|waiting| waiting.tries < TRIES && waiting.code.is_connected());
            queue.waiting.splice(0..0, again);
        });
        ask_in(if failed { AGAIN_MS } else { PAUSE_MS });
    });
}

/// Whether nothing more is to be done.
fn put_on(Waiting { code, block, .. }: &Waiting, spans: &[CodeSpan]) -> bool {
    if spans.is_empty() || text_of(code) != block.code {
        return true;
    }
    replace_unselected(code, &coloured(&block.code, spans))
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
