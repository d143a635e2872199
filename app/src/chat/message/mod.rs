//! One message: who, what, how it stands, and what can be done with it.

mod actions;
mod code;
mod colours;
mod markdown;
mod standing;
mod text;

use crate::{
    stream::Thread,
    text::Msg,
    ui::Each,
    wire::{Message, MessageId, PartKind, Role, Status, Word},
};
use actions::Actions;
use leptos::prelude::*;
use markdown::MarkdownView;
use standing::Standing;
use std::borrow::Cow;
use text::TextView;

#[component]
pub fn MessageView(thread: Thread, id: MessageId) -> impl IntoView {
    let role = thread.peek(id, |message| message.role).unwrap_or(Role::System);
    let status = Memo::new(move |_| thread.read(id, |message| message.status).unwrap_or(Status::Complete));
    let kinds = Memo::new(move |_| thread.read(id, part_kinds).unwrap_or_default());
    let author = Memo::new(move |_| thread.read(id, author).unwrap_or_default());
    view! {
        <article
            class="message"
            data-message=id.to_string()
            data-role=role.word()
            data-status=move || status.get().word()
        >
            <h2 class="message-author">{move || author.get()}</h2>
            <Each items=kinds key=part_key let((index, kind))>
                <PartView thread id role index kind />
            </Each>
            <Standing thread id status />
            <Actions thread id role status />
        </article>
    }
    .into_any()
}

#[component]
fn PartView(
    thread: Thread,
    id: MessageId,
    role: Role,
    /// Of the message's parts.
    index: usize,
    kind: PartKind,
) -> impl IntoView {
    match kind {
        // Models write Markdown; what a person wrote is shown as it was written.
        PartKind::Text if role == Role::Assistant => view! { <MarkdownView thread id index name="text" /> }.into_any(),
        PartKind::Text => view! { <TextView thread id index name="text" /> }.into_any(),
        PartKind::Reasoning => view! {
            <details class="message-reasoning">
                <summary>{Msg::Reasoning.text()}</summary>
                <MarkdownView thread id index name="reasoning" />
            </details>
        }
        .into_any(),
    }
}

fn author(message: &Message) -> Cow<'static, str> {
    match (message.role, &message.model) {
        (Role::User, _) => Msg::You.text(),
        (Role::Assistant, Some(model)) => model.clone().into(),
        (Role::Assistant, None) => Msg::Assistant.text(),
        (Role::System, _) => Msg::System.text(),
        (Role::Tool, _) => Msg::Tool.text(),
    }
}

fn part_kinds(message: &Message) -> Vec<(usize, PartKind)> {
    message.parts.iter().map(|part| part.kind).enumerate().collect()
}

/// A part of another kind is another part.
fn part_key((index, kind): &(usize, PartKind)) -> u128 {
    (*index as u128) << 8 | *kind as u128
}
