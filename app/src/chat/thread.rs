//! The messages of a conversation, the newest at the end.

use super::{
    columns::Columns,
    desk::Desk,
    message::{MessageView, copied},
    reader::Reader,
};
use crate::{
    stream::Thread,
    text::Msg,
    ui::{Asking, Button, Each, Glyph, IconButton, Only, Problem, Toasts},
    wire::{MessageId, Role, Status},
};
use leptos::prelude::*;

#[component]
pub fn ThreadView(desk: Desk) -> impl IntoView {
    let Desk { thread, reader, asked, .. } = desk;
    reader.start();
    let toasts = Toasts::of_page();
    let rows = Memo::new(move |_| rows(desk));
    view! {
        <section
            class="thread"
            tabindex="-1"
            aria-label=Msg::Thread.text()
            data-thread=thread.id.to_string()
            data-asked-again=move || thread.asked_again().get().to_string()
            data-cut-off=move || desk.is_cut_off().then_some("true")
            data-asked=move || asked.get().then_some("true")
            node_ref=reader.scroller()
            on:scroll=move |_| reader.scrolled()
            on:copy=move |event| copied(&event, toasts)
        >
            <div class="thread-column" node_ref=reader.column()>
                <Older thread reader />
                <Each items=rows key=Row::key let:row>
                    {match row {
                        Row::One(id) => view! { <MessageView desk id /> }.into_any(),
                        Row::Several(first) => view! { <Columns desk first /> }.into_any(),
                    }}
                </Each>
            </div>
        </section>
        <Announcer thread />
        <ToEnd reader />
    }
    .into_any()
}

/// What stands below each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    One(MessageId),
    /// Replies side by side, by the first of them: whichever is chosen, the row stays the same.
    Several(MessageId),
}

impl Row {
    fn key(&self) -> u128 {
        match self {
            Self::One(id) => id.0.as_u128(),
            // No id is another one's opposite: they begin with the time.
            Self::Several(first) => !first.0.as_u128(),
        }
    }
}

fn rows(desk: Desk) -> Vec<Row> {
    let mut rows: Vec<_> = desk.thread.path().with(|path| path.iter().copied().map(Row::One).collect());
    if let (Some(last), Some(first)) = (rows.last_mut(), desk.side_by_side().first()) {
        *last = Row::Several(*first);
    }
    rows
}

/// Reads what came before; who reads keeps the place.
#[component]
fn Older(thread: Thread, reader: Reader) -> impl IntoView {
    let reading = Asking::new();
    let words = move || if reading.runs() { Msg::Loading } else { Msg::ShowOlder }.text();
    let read = move || {
        reading.ask(async move {
            let first = thread.path().with_untracked(|path| path.first().copied());
            reader.stay();
            thread.read_older().await?;
            // The button goes with the last of them, and would take the focus away with it.
            if let Some(first) = first.filter(|_| !thread.more().get_untracked()) {
                reader.focus_soon(first, None);
            }
            Ok(())
        });
    };
    view! {
        <Only when=move || thread.more().get()>
            <div class="thread-older">
                <Button class="button quiet" action="older" words press=read />
                <Problem words=move || reading.problem() />
            </div>
        </Only>
    }
}

/// Leads back to the end, and says when something was written there.
#[component]
fn ToEnd(reader: Reader) -> impl IntoView {
    let words = move || if reader.news().get() { Msg::ToEndWithNews } else { Msg::ToEnd }.text();
    view! {
        <Only when=move || !reader.follows().get()>
            <div class="thread-to-end" data-news=move || reader.news().get().to_string()>
                <IconButton
                    class="round"
                    action="to-end"
                    icon=Glyph::Down
                    label=Signal::derive(words)
                    press=move || reader.go_to_end()
                />
            </div>
        </Only>
    }
}

/// Tells a screen reader how the reply stands; its tokens are not read out.
#[component]
fn Announcer(thread: Thread) -> impl IntoView {
    let status = Memo::new(move |_| {
        let (leaf, status) = thread.leaf()?;
        thread.peek(leaf, |message| message.role == Role::Assistant)?.then_some(status)
    });
    let words = move || status.get().map(|status| announcement(status).text());
    view! {
        <p class="offscreen" role="status">
            {words}
        </p>
    }
}

fn announcement(status: Status) -> Msg {
    match status {
        Status::Waiting | Status::Streaming => Msg::ReplyRuns,
        Status::Complete => Msg::ReplyComplete,
        Status::Stopped => Msg::Stopped,
        Status::Failed => Msg::Failed,
        Status::Interrupted => Msg::Interrupted,
    }
}
