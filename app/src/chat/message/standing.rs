//! How a message ended, where it did not simply end well, in words, with the next step.

use super::{next_step::Next, regenerate::Regenerate};
use crate::{
    chat::desk::Desk,
    text::{Msg, sentence},
    ui::Only,
    wire::{Message, MessageId, Role, Status},
};
use leptos::prelude::*;
use std::borrow::Cow;

#[component]
pub fn Standing(desk: Desk, id: MessageId, next: Memo<Option<Next>>) -> impl IntoView {
    let words = Memo::new(move |_| desk.thread.read(id, ended).flatten());
    let detail = Memo::new(move |_| desk.thread.read(id, |message| message.error.as_ref()?.detail.clone()).flatten());
    view! {
        <Only when=move || words.with(Option::is_some)>
            <div class="message-standing">
                <p>{move || words.get()}</p>
                <Only when=move || detail.with(Option::is_some)>
                    <details class="message-detail">
                        <summary>{Msg::WhatItSaid.text()}</summary>
                        <p>{move || detail.get()}</p>
                    </details>
                </Only>
                {move || next.get().map(|step| view! { <Regenerate desk id step=Some(step) /> })}
            </div>
        </Only>
    }
}

fn ended(message: &Message) -> Option<Cow<'static, str>> {
    let words = match message.status {
        Status::Waiting | Status::Streaming => return None,
        Status::Complete => match message.finish.as_deref() {
            Some("length") => Msg::StoppedAtLength,
            Some("content_filter") => Msg::StoppedByFilter,
            Some("tool_calls") => Msg::StoppedForTool,
            Some(word) => Msg::StoppedFor { word: word.to_owned() },
            None if message.role == Role::Assistant && message.parts.is_empty() => Msg::EmptyReply,
            None => return None,
        },
        Status::Stopped if message.parts.is_empty() => Msg::StoppedEarly,
        Status::Stopped => Msg::Stopped,
        Status::Failed => Msg::Failed,
        Status::Interrupted => Msg::Interrupted,
    };
    // One text, so that what is read out and copied has its spaces too.
    let why = message.error.as_ref().map(sentence);
    Some(why.map_or_else(|| words.text(), |why| format!("{} {why}", words.text()).into()))
}
