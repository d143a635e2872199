//! Another reply to the same question.

use super::next_step::Next;
use crate::{
    chat::{
        desk::Desk,
        model_picker::name_in,
        reply::{continue_reply, regenerate_reply},
    },
    text::Msg,
    ui::{Asking, Button, Glyph, IconButton, Problem},
    wire::MessageId,
};
use leptos::prelude::*;

/// Asks for another reply to the same question, of the model that is chosen.
#[component]
pub fn Regenerate(
    desk: Desk,
    id: MessageId,
    /// As the next step after a reply that is not whole, in words: that goes on with it where it can.
    step: Option<Next>,
) -> impl IntoView {
    let asking = Asking::new();
    let chosen = move || {
        let model = desk.model.get()?;
        let same = desk.thread.read(id, |message| message.model.as_ref() == Some(&model)).unwrap_or(true);
        (!same).then_some(model)
    };
    let action = if step == Some(Next::Continue) { "continue" } else { "regenerate" };
    // It stays enabled while it asks: a disabled button loses the focus.
    let press = move || {
        if untrack(|| asking.runs()) {
            return;
        }
        let in_place = step == Some(Next::Continue) || step == Some(Next::Again) && untrack(chosen).is_none();
        let model = desk.model.get_untracked();
        asking.ask(async move {
            let sent = if in_place { continue_reply(id).await? } else { regenerate_reply(id, model).await? };
            desk.follow(sent.reply, Some((sent.reply, action)));
            Ok(())
        });
    };
    let label = move || {
        chosen().map_or(Msg::Regenerate, |model| Msg::RegenerateBy { model: name_in(&model).to_owned() }).text()
    };
    let button = match step {
        Some(step) => view! { <Button class="button small" action words=step.words().text() press /> }.into_any(),
        None => view! {
            <IconButton
                class="small"
                action
                icon=Glyph::Again
                label=Signal::derive(label)
                press
            />
        }
        .into_any(),
    };
    view! {
        {button}
        <Problem words=move || asking.problem() />
    }
}
