//! Another reply to the same question.

use super::next_step::Next;
use crate::{
    chat::{
        desk::Desk,
        model_picker::name_in,
        reply::{continue_reply, regenerate_reply},
    },
    later::later,
    text::Msg,
    ui::{Asking, Button, Glyph, IconButton, Problem, Toasts, patiently},
    wire::{Error, MessageId, Sent},
};
use leptos::prelude::*;
use std::pin::Pin;

type Call = Pin<Box<dyn Future<Output = Result<Sent, Error>>>>;

later! {
    fn call(id: MessageId, model: Option<String>, in_place: bool) -> Call {
        Box::pin(async move {
            if in_place {
                patiently(|| continue_reply(id)).await
            } else {
                // Not asked twice: where only the answer was lost, that could begin two.
                regenerate_reply(id, model).await
            }
        })
    }
}

/// Asks for another reply to the same question, of the model that is chosen.
#[component]
pub fn Regenerate(
    desk: Desk,
    id: MessageId,
    /// As the next step after a reply that is not whole, in words: that goes on with it where it can.
    step: Option<Next>,
) -> impl IntoView {
    let asking = Asking::new();
    let toasts = Toasts::of_page();
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
            match call(id, model, in_place).await {
                Ok(call) => {
                    let sent = call.await?;
                    desk.follow(sent.reply, Some((sent.reply, action)));
                    if step == Some(Next::Continue) && sent.reply != id {
                        toasts.say(Msg::BegunBeside.text());
                    }
                }
                Err(_) => toasts.say(Msg::PartNotLoaded.text()),
            }
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
