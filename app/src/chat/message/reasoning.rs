//! What a model thought before it spoke: folded, with its time. It never opens by itself.

use super::markdown::MarkdownView;
use crate::{
    browser::{Timer, wall_ms},
    stream::Thread,
    text::Msg,
    ui::in_browser,
    wire::MessageId,
};
use leptos::prelude::*;
use send_wrapper::SendWrapper;

const SECOND_MS: u64 = 1_000;

#[component]
pub fn Reasoning(
    thread: Thread,
    id: MessageId,
    /// Of the message's parts.
    index: usize,
) -> impl IntoView {
    let took = Memo::new(move |_| thread.read(id, |message| message.parts.get(index)?.ms).flatten());
    // The last part of a running reply is the one that grows.
    let thinks = Memo::new(move |_| {
        let thinks = thread.read(id, |message| message.status.is_running() && message.parts.len() == index + 1);
        thinks.unwrap_or_default()
    });
    // As the server counted it, and on from there.
    let thinking = RwSignal::new(took.get_untracked().unwrap_or_default());
    in_browser(move || {
        if !thinks.get() {
            return;
        }
        let began = wall_ms().saturating_sub(thinking.get_untracked());
        let tick = move || {
            thinking.try_set(wall_ms().saturating_sub(began));
        };
        let ticks = SendWrapper::new(Timer::every(SECOND_MS, tick));
        on_cleanup(move || drop(ticks));
    });
    let words =
        move || if thinks.get() { Msg::Thinking { ms: thinking.get() } } else { Msg::Thought { ms: took.get() } };
    view! {
        <details class="message-reasoning" data-thinks=move || thinks.get().then_some("true")>
            <summary>{move || words().text()}</summary>
            <MarkdownView thread id index name="reasoning" />
        </details>
    }
    .into_any()
}
