//! The messages of a conversation, the newest at the end.

use super::{
    announcer::Announcer,
    columns::Columns,
    desk::Desk,
    message::{MessageView, copied},
    reader::Reader,
};
use crate::{
    text::Msg,
    ui::{Button, Each, Glyph, IconButton, Only, Problem, Toasts},
    wire::MessageId,
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
                <Older reader />
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
    let mut rows: Vec<_> = desk.reader.shown().into_iter().map(Row::One).collect();
    if let (Some(last), Some(first)) = (rows.last_mut(), desk.side_by_side().first())
        && desk.reader.shows_end()
    {
        *last = Row::Several(*first);
    }
    rows
}

/// Older messages come as the reader comes near to them; where one did not come, by a press.
#[component]
fn Older(reader: Reader) -> impl IntoView {
    let words = move || if reader.older.runs() { Msg::Loading } else { Msg::ShowOlder }.text();
    view! {
        <Only when=move || reader.has_older()>
            <div class="thread-older">
                <Button class="button quiet" action="older" words press=move |()| reader.show_older(true) />
                <Problem words=move || reader.older.problem() />
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
