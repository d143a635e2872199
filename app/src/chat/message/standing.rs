//! How a message ended, where it did not simply end well, in words, with the next step; and what delays one that waits.

use super::{next_step::Next, regenerate::Regenerate};
use crate::{
    chat::desk::Desk,
    text::{Msg, joined, sentence},
    ui::Only,
    wire::{Message, MessageId, Role, Status},
};
use leptos::prelude::*;
use std::borrow::Cow;

#[component]
pub fn Standing(desk: Desk, id: MessageId, next: Memo<Option<Next>>) -> impl IntoView {
    let words = Memo::new(move |_| desk.thread.read(id, ended).flatten());
    let goal = Memo::new(move |_| desk.thread.read(id, settings_goal).flatten());
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
                {move || {
                    goal.get().map(|goal| view! { <a href=goal>{Msg::OpenSettings.text()}</a> })
                }}
                {move || next.get().map(|step| view! { <Regenerate desk id step=Some(step) /> })}
            </div>
        </Only>
    }
}

/// Its provider in the settings, where the next step is there.
fn settings_goal(message: &Message) -> Option<String> {
    let hint = message.error.as_ref()?.hint.as_deref()?;
    let (provider, _) = message.model.as_deref().filter(|_| hint.ends_with("in the settings"))?.split_once('/')?;
    Some(format!("/settings#{provider}"))
}

fn ended(message: &Message) -> Option<Cow<'static, str>> {
    let words = match message.status {
        // What delays it is told while it lasts.
        Status::Waiting => return message.error.as_ref().map(sentence),
        Status::Streaming => return None,
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
    Some(why.map_or_else(|| words.text(), |why| joined(&words.text(), &why).into()))
}
