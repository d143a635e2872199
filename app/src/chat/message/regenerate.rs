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
    ui::{Asking, Button, Glyph, IconButton, Menu, MenuItem, Problem, Toasts, patiently},
    wire::{Error, Hint, Message, MessageId, Sent},
};
use leptos::prelude::*;
use std::pin::Pin;

type Call = Pin<Box<dyn Future<Output = Result<Sent, Error>>>>;

later! {
    fn call(id: MessageId, way: Way) -> Call {
        Box::pin(async move {
            match way {
                Way::InPlace => patiently(|| continue_reply(id)).await,
                // Not asked twice: where only the answer was lost, that could begin two.
                Way::Beside { model, hint } => regenerate_reply(id, model, hint).await,
            }
        })
    }
}

/// How another try at a reply is made.
enum Way {
    /// It goes on with what is there, where its model can.
    InPlace,
    Beside {
        /// The same one without it.
        model: Option<String>,
        hint: Option<Hint>,
    },
}

/// Models that the menu names.
const OTHERS: usize = 6;

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
        let model = desk.models.chosen.get()?;
        let same = desk.thread.read(id, |message| message.model.as_ref() == Some(&model)).unwrap_or(true);
        (!same).then_some(model)
    };
    let action = if step == Some(Next::Continue) { "continue" } else { "regenerate" };
    // It stays enabled while it asks: a disabled button loses the focus.
    let ask = move |way: Way| {
        if asking.runs_now() {
            return;
        }
        asking.ask(async move {
            match call(id, way).await {
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
    let press = move || {
        // Of several side by side each is tried again by its own model.
        let own = || desk.side_by_side().contains(&id) || chosen().is_none();
        let in_place = step == Some(Next::Continue) || step == Some(Next::Again) && untrack(own);
        let beside = Way::Beside { model: desk.models.chosen.get_untracked(), hint: None };
        ask(if in_place { Way::InPlace } else { beside });
    };
    let item = move |icon, words, hint: Option<Hint>, model: Option<String>| {
        let press = Callback::new(move |()| ask(Way::Beside { model: model.clone(), hint }));
        MenuItem { action: "regenerate-so", icon, words, chosen: None, danger: false, press }
    };
    // By the model that wrote it: the hint is about what that one said.
    let items = move || {
        let hints = [(Glyph::Shorter, Hint::Shorter), (Glyph::Longer, Hint::Longer), (Glyph::Simpler, Hint::Simpler)];
        let has_text = |message: &Message| !message.text().is_empty();
        let said = desk.thread.peek(id, |message| (message.model.clone(), has_text(message)));
        let (by, differs) = said.unwrap_or_default();
        let others = desk.models.instead_of(by.as_deref(), OTHERS);
        let with = |model: String| {
            item(Glyph::Again, Msg::RegenerateBy { model: name_in(&model).to_owned() }.text(), None, Some(model))
        };
        let hints = hints.map(|(icon, hint)| item(icon, Msg::AsWanted(hint).text(), Some(hint), None));
        // From nothing nothing can differ.
        let hints = hints.into_iter().filter(|_| differs);
        hints.chain(others.into_iter().map(with)).collect::<Vec<_>>()
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
            <Menu
                class="small ways"
                action="regenerate-ways"
                icon=Glyph::Chevron
                label=Msg::RegenerateWays.text()
                items=Signal::derive(items)
            />
        }
        .into_any(),
    };
    view! {
        {button}
        <Problem words=move || asking.problem() />
    }
}
