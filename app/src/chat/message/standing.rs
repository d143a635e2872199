//! How a message ended, where it did not simply end well, in words, with the next step.

use super::regenerate::{Regenerate, may_try_again};
use crate::{
    chat::desk::Desk,
    text::{Msg, sentence},
    ui::Only,
    wire::{Message, MessageId, Role, Status},
};
use leptos::prelude::*;
use std::borrow::Cow;

#[component]
pub fn Standing(desk: Desk, id: MessageId, status: Memo<Status>) -> impl IntoView {
    let words = Memo::new(move |_| desk.thread.read(id, ended).flatten());
    view! {
        <Only when=move || words.with(Option::is_some)>
            <div class="message-standing">
                <p>{move || words.get()}</p>
                <Only when=move || may_try_again(status.get())>
                    <Regenerate desk id again=true />
                </Only>
            </div>
        </Only>
    }
}

fn ended(message: &Message) -> Option<Cow<'static, str>> {
    let words = match message.status {
        Status::Waiting | Status::Streaming => return None,
        Status::Complete if message.role == Role::Assistant && message.parts.is_empty() => Msg::EmptyReply,
        Status::Complete => return None,
        Status::Stopped if message.parts.is_empty() => Msg::StoppedEarly,
        Status::Stopped => Msg::Stopped,
        Status::Failed => Msg::Failed,
        Status::Interrupted => Msg::Interrupted,
    };
    // One text, so that what is read out and copied has its spaces too.
    let why = message.error.as_ref().map(sentence);
    Some(why.map_or_else(|| words.text(), |why| format!("{} {why}", words.text()).into()))
}
