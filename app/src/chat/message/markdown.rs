//! The text of one part of a reply, which is Markdown.

use super::{
    code::{Said, Saying, press},
    finish::finish,
};
use crate::{
    browser::{Element, begin_paragraph, clear, extend_last, is_drawn},
    chat::paragraphs::{Growth, Paragraphs},
    markdown::{self, Drawing, Means, Renderer},
    stream::Thread,
    ui::in_browser,
    wire::MessageId,
};
use leptos::{html, prelude::*};
use std::sync::Arc;

/// The server draws what is there, and the browser takes that over as it is: nothing is computed for a text until it
/// changes.
#[component]
pub fn MarkdownView(
    thread: Thread,
    id: MessageId,
    /// Of the message's parts.
    index: usize,
    /// What the element says it is, in `data-part`.
    name: &'static str,
) -> impl IntoView {
    let text =
        thread.peek(id, |message| message.parts.get(index).map(|part| part.text.clone())).flatten().unwrap_or_default();
    let ids = format!("m{id}-{index}");
    let html = use_context::<Arc<dyn Renderer>>().map(|renderer| renderer.html(&ids, &text)).unwrap_or_default();
    let block = NodeRef::<html::Div>::new();
    let saying = Saying::new();
    let mut shown = None;
    let drawn_by_server = text.len();
    let mut replacements = thread.replacements(id);
    in_browser(move || {
        let Some(block) = block.get() else { return };
        let shown = shown.get_or_insert_with(|| Shown::found(&block, drawn_by_server));
        let replaced = thread.replacements(id);
        let anew = std::mem::replace(&mut replacements, replaced) != replaced;
        thread.read(id, |message| {
            if message.status.is_running() {
                markdown::warm();
            }
            if let Some(part) = message.parts.get(index) {
                shown.draw(&block, &ids, &part.text, anew);
                if matches!(shown, Shown::Markdown { .. }) {
                    finish(&block, message.status.is_running(), shown.is_in_code());
                }
            }
        });
    });
    view! {
        <div
            class="text markdown"
            data-part=name
            inner_html=html
            node_ref=block
            on:click=move |event| press(&event, saying)
        ></div>
        <Said saying />
    }
}

/// What the page shows of a text.
enum Shown {
    /// Nothing, or plain text while the renderer is on its way.
    Plain(Paragraphs),
    /// So many bytes as Markdown. What the server drew has no drawing yet: it begins with the first change.
    Markdown { upto: usize, drawing: Option<Box<dyn Drawing>> },
}

impl Shown {
    fn found(block: &Element, drawn_by_server: usize) -> Self {
        if is_drawn(block) {
            Self::Markdown { upto: drawn_by_server, drawing: None }
        } else {
            Self::Plain(Paragraphs::default())
        }
    }

    /// Shows the text. It begins with what is shown, unless it is drawn anew.
    fn draw(&mut self, block: &Element, ids: &str, text: &str, anew: bool) {
        if let Self::Markdown { upto, .. } = self
            && !anew
            && *upto == text.len()
        {
            return;
        }
        match (markdown::means(), &mut *self) {
            (Means::Renderer(renderer), _) => {
                let mut drawing = self.drawing(&*renderer, ids, text, anew);
                if text.is_empty() {
                    clear(block);
                }
                drawing.show(block, text);
                *self = Self::Markdown { upto: text.len(), drawing: Some(drawing) };
            }
            // What the server drew is better than plain text, for the moment that it takes.
            (Means::Waiting, Self::Markdown { .. }) => {}
            (_, Self::Plain(paragraphs)) if !anew => draw_plain(block, paragraphs, text),
            _ => {
                let mut paragraphs = Paragraphs::default();
                clear(block);
                draw_plain(block, &mut paragraphs, text);
                *self = Self::Plain(paragraphs);
            }
        }
    }

    /// Whether the last element is code that goes on. What the server drew may be.
    fn is_in_code(&self) -> bool {
        match self {
            Self::Markdown { drawing, .. } => drawing.as_ref().is_none_or(|drawing| drawing.is_in_code()),
            Self::Plain(_) => true,
        }
    }

    /// The drawing that goes on from what is shown.
    fn drawing(&mut self, renderer: &dyn Renderer, ids: &str, text: &str, anew: bool) -> Box<dyn Drawing> {
        match self {
            Self::Markdown { upto, drawing } if !anew => drawing.take().unwrap_or_else(|| {
                let mut drawing = renderer.begin(ids);
                drawing.is_shown(text.get(..*upto).unwrap_or_default());
                drawing
            }),
            _ => renderer.begin(ids),
        }
    }
}

fn draw_plain(block: &Element, paragraphs: &mut Paragraphs, text: &str) {
    for growth in paragraphs.grow(text) {
        match growth {
            Growth::Extend(range) => extend_last(block, &text[range]),
            Growth::Begin(range) => begin_paragraph(block, &text[range]),
        }
    }
}
