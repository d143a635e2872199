//! How a message stands.

use crate::{
    stream::Thread,
    text::{Msg, sentence},
    wire::{MessageId, Status},
};
use leptos::prelude::*;

/// How the message stands, in words, where it is not simply complete.
#[component]
pub fn Standing(thread: Thread, id: MessageId, status: Memo<Status>) -> impl IntoView {
    let error = Memo::new(move |_| thread.read(id, |message| message.error.as_ref().map(sentence)).flatten());
    view! {
        <p class="message-standing">
            {move || standing(status.get()).map(Msg::text)}
            <span class="message-error">{move || error.get()}</span>
        </p>
    }
}

fn standing(status: Status) -> Option<Msg> {
    match status {
        Status::Waiting => Some(Msg::Waiting),
        Status::Streaming => Some(Msg::Writing),
        Status::Complete => None,
        Status::Stopped => Some(Msg::Stopped),
        Status::Failed => Some(Msg::Failed),
        Status::Interrupted => Some(Msg::Interrupted),
    }
}
