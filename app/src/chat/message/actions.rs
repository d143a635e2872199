//! What can be done with a message, below it; while its reply runs, that it does.

use super::{branches::Branches, copy::Copy, standing::may_try_again};
use crate::{
    chat::{desk::Desk, reply::regenerate_reply},
    text::Msg,
    ui::{Asking, Button, Glyph, IconButton, Only, Problem},
    wire::{Message, MessageId, PartKind, Role, Status},
};
use leptos::prelude::*;
use std::borrow::Cow;

#[component]
pub fn Actions(desk: Desk, id: MessageId, role: Role, status: Memo<Status>) -> impl IntoView {
    let thread = desk.thread;
    let about = Memo::new(move |_| thread.read(id, about).flatten());
    let usage = Memo::new(move |_| thread.read(id, |message| message.usage.and_then(Msg::usage)).flatten());
    let runs = move || status.get().is_running();
    let can_copy = Memo::new(move |_| thread.read(id, has_text).unwrap_or_default());
    let can_regenerate = move || role == Role::Assistant && !runs() && !may_try_again(status.get());
    let running = move || if status.get() == Status::Waiting { Msg::Waiting } else { Msg::Writing }.text();
    view! {
        <footer class="message-actions">
            <Branches desk id />
            <Only when=runs>
                <p class="message-running">{running}</p>
            </Only>
            <Only when=move || can_copy.get() && !runs()>
                <Copy thread id />
            </Only>
            <Only when=move || role == Role::User>
                <IconButton
                    class="small"
                    action="edit"
                    icon=Glyph::Edit
                    label=Msg::Edit.text()
                    press=move || desk.editing.set(Some(id))
                />
            </Only>
            <Only when=can_regenerate>
                <Regenerate desk id again=false />
            </Only>
            <p class="message-about">
                <span>{move || about.get()}</span>
                " "
                <span>{move || usage.get()}</span>
            </p>
        </footer>
    }
    .into_any()
}

/// Asks for another reply to the same question, of the model that is chosen.
#[component]
pub fn Regenerate(
    desk: Desk,
    id: MessageId,
    /// As the next step after a reply that came to nothing, in words.
    again: bool,
) -> impl IntoView {
    let asking = Asking::new();
    // It stays enabled while it asks: a disabled button loses the focus.
    let press = move || {
        if untrack(|| asking.runs()) {
            return;
        }
        let model = desk.model.get_untracked();
        asking.ask(async move {
            let sent = regenerate_reply(id, model).await?;
            desk.follow(sent.reply, Some((sent.reply, "regenerate")));
            Ok(())
        });
    };
    let chosen = move || {
        let model = desk.model.get()?;
        let same = desk.thread.read(id, |message| message.model.as_ref() == Some(&model)).unwrap_or(true);
        (!same).then(|| name(&model).to_owned())
    };
    let label = move || chosen().map_or(Msg::Regenerate, |model| Msg::RegenerateBy { model }).text();
    let button = if again {
        view! {
            <Button class="button small" action="regenerate" words=Msg::TryAgain.text() press />
        }
        .into_any()
    } else {
        view! {
            <IconButton
                class="small"
                action="regenerate"
                icon=Glyph::Again
                label=Signal::derive(label)
                press
            />
        }
        .into_any()
    };
    view! {
        {button}
        <Problem words=move || asking.problem() />
    }
}

/// Who wrote it.
fn about(message: &Message) -> Option<Cow<'static, str>> {
    message.model.as_deref().map(|model| name(model).to_owned().into())
}

/// What a model is called without its provider.
fn name(model: &str) -> &str {
    model.split_once('/').map_or(model, |(_, name)| name)
}

fn has_text(message: &Message) -> bool {
    message.parts.iter().any(|part| part.kind == PartKind::Text && !part.text.is_empty())
}
