//! Replies that were asked for at once, side by side, until the conversation goes on below one of them; on a phone one at a
//! time, below their names.

use super::{desk::Desk, message::MessageView, model_picker::name_in};
use crate::{
    text::{Msg, called},
    ui::{Each, Glyph, Icon, Mark},
    wire::{MessageId, Status},
};
use leptos::prelude::*;

#[component]
pub fn Columns(
    desk: Desk,
    /// The first of them.
    first: MessageId,
) -> impl IntoView {
    let all = Memo::new(move |_| desk.thread.together(first));
    view! {
        <div
            class="columns"
            role="group"
            aria-label=Msg::SideBySide.text()
            data-count=move || all.with(Vec::len).to_string()
        >
            <Each items=all key=|id| id.0.as_u128() let:id>
                <Column desk id />
            </Each>
        </div>
    }
    .into_any()
}

#[component]
fn Column(desk: Desk, id: MessageId) -> impl IntoView {
    let shown = Memo::new(move |_| desk.thread.path().with(|path| path.last() == Some(&id)));
    let model = desk.thread.peek(id, |message| message.model.clone()).flatten().unwrap_or_default();
    let name = called(name_in(&model)).into_owned();
    let status = Memo::new(move |_| desk.thread.read(id, |message| message.status));
    // Styles show it where the reply itself is not in sight.
    let mark = move || match status.get()? {
        Status::Waiting | Status::Streaming => Some(view! { <Mark state="running" words=Msg::ReplyRuns /> }),
        Status::Failed => Some(view! { <Mark state="failed" words=Msg::Failed /> }),
        Status::Interrupted => Some(view! { <Mark state="failed" words=Msg::Interrupted /> }),
        Status::Complete | Status::Stopped => None,
    };
    let words = move || if shown.get() { Msg::GoesOnHere } else { Msg::GoOnHere }.text();
    view! {
        <div class="column" data-shown=move || shown.get().then_some("true")>
            <button
                class="column-head"
                type="button"
                data-action="go-on-here"
                aria-pressed=move || shown.get().to_string()
                title=model
                on:click=move |_| desk.go_on_with(id)
            >
                <span class="column-name">{name}</span>
                {mark}
                " "
                <span class="column-words">{words}</span>
                <Icon glyph=Glyph::Check />
            </button>
            <MessageView desk id />
        </div>
    }
    .into_any()
}
