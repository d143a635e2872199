//! Another reply to the same question.

use crate::{
    chat::{desk::Desk, model_picker::name_in, reply::regenerate_reply},
    text::Msg,
    ui::{Asking, Button, Glyph, IconButton, Problem},
    wire::{MessageId, Status},
};
use leptos::prelude::*;

/// A button beside the words does what these states ask for; the small one among the others would be a second.
pub fn may_try_again(status: Status) -> bool {
    matches!(status, Status::Failed | Status::Interrupted)
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
        (!same).then(|| name_in(&model).to_owned())
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
