//! One message: who, what, how it stands, and what can be done with it.

mod about;
mod actions;
mod branches;
mod code;
mod copy;
mod edit;
mod file;
mod finish;
mod image;
mod large;
mod markdown;
mod next_step;
mod paste;
mod preview;
mod reasoning;
mod regenerate;
mod seams;
mod selection;
mod standing;
mod table;
mod text;

use super::desk::Desk;
use crate::{
    text::Msg,
    ui::{Each, Later, Only},
    wire::{Message, MessageId, PartKind, Role, Status, Word},
};
use actions::Actions;
use edit::edit_view;
use image::ImageView;
pub use image::image_url;
use leptos::prelude::*;
use markdown::MarkdownView;
use next_step::next_step;
use paste::PasteView;
pub use paste::Pasted;
use reasoning::Reasoning;
pub use selection::copied;
use standing::Standing;
use std::borrow::Cow;
use text::TextView;

#[component]
pub fn MessageView(desk: Desk, id: MessageId) -> impl IntoView {
    let thread = desk.thread;
    let role = thread.peek(id, |message| message.role).unwrap_or(Role::System);
    let status = Memo::new(move |_| thread.read(id, |message| message.status).unwrap_or(Status::Complete));
    let kinds = Memo::new(move |_| thread.read(id, part_kinds).unwrap_or_default());
    let author = Memo::new(move |_| thread.read(id, author).unwrap_or_default());
    let newest = Memo::new(move |_| desk.is_at_end(id));
    let next = Memo::new(move |_| next_step(desk, id));
    let edited = Signal::derive(move || desk.editing.get() == Some(id));
    view! {
        <article
            class="message"
            tabindex="-1"
            data-message=id.to_string()
            data-role=role.word()
            data-status=move || status.get().word()
            data-newest=move || newest.get().then_some("true")
        >
            <h2 class="offscreen">{move || author.get()}</h2>
            <Only when=move || !edited.get()>
                <div class="message-body">
                    <Each items=kinds key=part_key let((index, kind))>
                        <PartView desk id role index kind />
                    </Each>
                </div>
                <Standing desk id next />
                <Actions desk id role status next />
            </Only>
            <Later when=edited close=move |()| desk.editing.set(None) view=move || edit_view(desk, id) />
        </article>
    }
    .into_any()
}

#[component]
fn PartView(
    desk: Desk,
    id: MessageId,
    role: Role,
    /// Of the message's parts.
    index: usize,
    kind: PartKind,
) -> impl IntoView {
    let thread = desk.thread;
    match kind {
        // Models write Markdown; what a person wrote is shown as it was written.
        PartKind::Text if role == Role::Assistant => view! { <MarkdownView thread id index name="text" /> }.into_any(),
        PartKind::Text => view! { <TextView thread id index name="text" /> }.into_any(),
        PartKind::Image => view! { <ImageView thread id index /> }.into_any(),
        PartKind::Paste => view! { <PasteView thread id index /> }.into_any(),
        PartKind::Reasoning => view! { <Reasoning thread id index /> }.into_any(),
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
