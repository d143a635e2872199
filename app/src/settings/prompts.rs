//! A person's own prompts: texts to begin a message with, by `/`.

use super::providers::{Desk, text_key};
use crate::{
    browser::focus_soon,
    preferred::Preferred,
    text::LaterMsg,
    ui::{Button, Each, Field, Glyph, IconButton, Only, Problem, in_browser},
    wire::{Preferences, Prompt},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Which one is written.
#[derive(Clone, Debug, PartialEq)]
enum Written {
    New,
    /// The one that has this name so far.
    Known(String),
}

#[component]
pub fn Prompts(desk: Desk) -> impl IntoView {
    let preferred = Preferred::of_person();
    let written = RwSignal::new(None::<Written>);
    let known = Memo::new(move |_| preferred.with(|preferences| preferences.prompts.clone()));
    let names = Memo::new(move |_| {
        known.with(|known| known.iter().flatten().map(|prompt| prompt.name.clone()).collect::<Vec<_>>())
    });
    let is_known = move || known.with(Option::is_some);
    let is_empty = move || known.with(|known| known.as_ref().is_some_and(Vec::is_empty));
    let add = move |()| written.set(Some(Written::New));
    let address = use_location();
    // Not before what stands above is there: it would push them out of view.
    let is_goal = Memo::new(move |_| is_known() && desk.known.get() && address.hash.with(|hash| hash == "#prompts"));
    in_browser(move || {
        if is_goal.get() {
            focus_soon("[data-action=add-prompt]".to_owned());
        }
    });
    view! {
        <section
            class="settings-part"
            aria-labelledby="prompts"
            data-known=move || is_known().then_some("true")
        >
            <h2 id="prompts">{LaterMsg::Prompts.text()}</h2>
            <p class="settings-words">{LaterMsg::PromptsAre.text()}</p>
            <Problem words=move || preferred.problem() />
            <ul class="providers">
                <Each items=names key=text_key let(name)>
                    <Row preferred known written name />
                </Each>
            </ul>
            <Only when=move || is_empty() && written.with(Option::is_none)>
                <p class="settings-words">{LaterMsg::NoPromptsYet.text()}</p>
            </Only>
            <Only when=move || written.with(|written| *written == Some(Written::New))>
                <Form preferred known written of=Written::New />
            </Only>
            <Only when=move || is_known() && written.with(|written| *written != Some(Written::New))>
                <Button class="button" action="add-prompt" words=LaterMsg::AddPrompt.text() press=add />
            </Only>
        </section>
    }
    .into_any()
}

#[component]
fn Row(
    preferred: Preferred,
    known: Memo<Option<Vec<Prompt>>>,
    written: RwSignal<Option<Written>>,
    name: String,
) -> impl IntoView {
    let of = StoredValue::new(Written::Known(name.clone()));
    let key = StoredValue::new(name.clone());
    let is_open = move || of.with_value(|of| written.with(|written| written.as_ref() == Some(of)));
    let text = move || {
        let found = known.with(|known| {
            key.with_value(|name| known.iter().flatten().find(|prompt| prompt.name == *name).map(|it| it.text.clone()))
        });
        found.unwrap_or_default()
    };
    let delete = move |()| {
        let gone = key.get_value();
        preferred.change(|preferences| preferences.prompts.retain(|prompt| prompt.name != gone));
        focus_soon("[data-action=add-prompt]".to_owned());
    };
    let (edits, deletes) =
        (LaterMsg::EditPrompt { name: name.clone() }.text(), LaterMsg::DeletePrompt { name: name.clone() }.text());
    view! {
        <li class="provider prompt" data-prompt=name.clone()>
            <Only when=is_open>
                <Form preferred known written of=of.get_value() />
            </Only>
            <Only when=move || !is_open()>
                <div class="offers-head">
                    <h3 class="provider-name" dir="auto">"/"{key.get_value()}</h3>
                    <IconButton
                        class="small"
                        action="edit-prompt"
                        icon=Glyph::Edit
                        label=edits.clone()
                        press=move |()| written.set(Some(of.get_value()))
                    />
                    <IconButton class="small" action="delete-prompt" icon=Glyph::Trash label=deletes.clone() press=delete />
                </div>
                <p class="prompt-text" dir="auto">{text}</p>
            </Only>
        </li>
    }
    .into_any()
}

#[component]
fn Form(
    preferred: Preferred,
    known: Memo<Option<Vec<Prompt>>>,
    written: RwSignal<Option<Written>>,
    of: Written,
) -> impl IntoView {
    let was = match &of {
        Written::Known(name) => {
            known.with_untracked(|known| known.iter().flatten().find(|prompt| prompt.name == *name).cloned())
        }
        Written::New => None,
    };
    let was = was.unwrap_or_default();
    let (name, text) = (RwSignal::new(was.name.clone()), RwSignal::new(was.text));
    let was = StoredValue::new(was.name);
    let problem = RwSignal::new(None::<LaterMsg>);
    let close = move |kept: Option<String>| {
        written.set(None);
        match kept {
            Some(name) if !name.contains('\'') && !name.contains('\\') => {
                focus_soon(format!("[data-prompt='{name}'] [data-action=edit-prompt]"));
            }
            _ => focus_soon("[data-action=add-prompt]".to_owned()),
        }
    };
    let save = move || {
        let prompt = Prompt { name: name.get_untracked().trim().to_owned(), text: text.get_untracked() };
        if prompt.name.is_empty() || prompt.text.trim().is_empty() {
            return problem.set(Some(LaterMsg::PromptNeeds));
        }
        let was = was.get_value();
        if prompt.name != was && known.with_untracked(|known| known.iter().flatten().any(|it| it.name == prompt.name)) {
            return problem.set(Some(LaterMsg::PromptTaken { name: prompt.name }));
        }
        let kept = prompt.name.clone();
        preferred.change(|preferences| put(preferences, &was, prompt));
        close(Some(kept));
    };
    view! {
        <form
            class="provider-form"
            aria-label=LaterMsg::AddPrompt.text()
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
        >
            <Field name="prompt_name" words=LaterMsg::PromptName.text() value=name />
            <label class="field">
                <span>{LaterMsg::PromptText.text()}</span>
                <textarea
                    name="prompt_text"
                    rows="5"
                    dir="auto"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                ></textarea>
            </label>
            <Problem words=move || problem.with(|problem| problem.as_ref().map(LaterMsg::text)) />
            <div class="provider-actions">
                <button class="button primary" type="submit" data-action="save-prompt">
                    {LaterMsg::Save.text()}
                </button>
                <Button class="button quiet" action="cancel-prompt" words=LaterMsg::Cancel.text() press=move |()| close(None) />
            </div>
        </form>
    }
    .into_any()
}

/// In the place of the one that it was, or as the last.
fn put(preferences: &mut Preferences, was: &str, prompt: Prompt) {
    match preferences.prompts.iter_mut().find(|known| known.name == was) {
        Some(known) => *known = prompt,
        None => preferences.prompts.push(prompt),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_that_is_written_anew_keeps_its_place() {
        let prompt = |name: &str, text: &str| Prompt { name: name.into(), text: text.into() };
        let mut preferences = Preferences::default();
        put(&mut preferences, "", prompt("a", "1"));
        put(&mut preferences, "", prompt("b", "2"));
        put(&mut preferences, "a", prompt("c", "3"));
        assert_eq!(preferences.prompts, [prompt("c", "3"), prompt("b", "2")]);
    }
}
