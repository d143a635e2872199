//! What a conversation's models are told beside its messages: instructions, and how freely, how long and how hard they think.

use super::presets::Presets;
use crate::{
    browser::{focus_soon, forget_in_tab, recall_in_tab, remember_in_tab},
    later::later,
    stream::List,
    text::LaterMsg,
    ui::{Asking, Button, Field, Glyph, IconButton, Make, Only, Problem, in_browser, modal, patiently},
    wire::{AsIs, ConversationId, ConversationSetup, Effort, Error, Event, Parameters, Setup, Summary, Word},
};
use leptos::{prelude::*, server_fn::codec::Json};
use std::sync::Arc;

/// What a conversation's models are told beside its messages.
#[server(prefix = "/api", endpoint = "get_setup", input = Json, output = Json)]
pub async fn get_setup(conversation: ConversationId) -> Result<ConversationSetup, Error> {
    crate::backend::backend()?.get_setup(conversation).await
}

/// Changes that, from the next reply on; `seen` is the version that was seen.
#[server(prefix = "/api", endpoint = "change_setup", input = Json, output = Json)]
pub async fn change_setup(conversation: ConversationId, setup: Setup, seen: u64) -> Result<Summary, Error> {
    crate::backend::backend()?.change_setup(conversation, setup, seen).await
}

/// Where the tab keeps what a conversation is to begin with.
const BEGUN: &str = "brooklet.setup.new";

/// Which setup, and whether its dialog is open. Copy it into any callback.
#[derive(Clone, Copy)]
pub struct SetupOf {
    /// Without one, that of the conversation which is about to begin.
    pub conversation: Option<ConversationId>,
    /// What that is to have; see [`Self::begin`].
    pub begun: RwSignal<Option<AsIs>>,
    pub open: RwSignal<bool>,
}

impl SetupOf {
    pub fn new(conversation: Option<ConversationId>) -> Self {
        let setup = Self { conversation, begun: RwSignal::new(None), open: RwSignal::new(false) };
        if conversation.is_none() {
            in_browser(move || setup.begun.set(recall_in_tab(BEGUN).map(AsIs::from_json)));
        }
        setup
    }

    /// The conversation that is about to begin is to have this. The tab keeps it until then, over a reload and a look elsewhere.
    pub fn begin(self, setup: Option<AsIs>) {
        match &setup {
            Some(setup) => remember_in_tab(BEGUN, setup.json()),
            None => forget_in_tab(BEGUN),
        }
        self.begun.try_set(setup);
    }

    /// Something is set.
    pub fn is_set(self, list: List) -> bool {
        match self.conversation {
            Some(id) => list.get(id).is_some_and(|row| row.set_up),
            None => self.begun.with(Option::is_some),
        }
    }
}

later! {
    /// `model` is the one that is chosen.
    pub fn setup_view(of: SetupOf, model: RwSignal<Option<String>>) -> Make {
        Arc::new(move || view! { <SetupDialog of model /> }.into_any())
    }
}

/// What is written in the fields.
#[derive(Clone, Copy)]
struct Fields {
    instructions: RwSignal<String>,
    temperature: RwSignal<String>,
    top_p: RwSignal<String>,
    max_tokens: RwSignal<String>,
    effort: RwSignal<String>,
}

impl Fields {
    fn new() -> Self {
        let field = || RwSignal::new(String::new());
        Self { instructions: field(), temperature: field(), top_p: field(), max_tokens: field(), effort: field() }
    }

    fn show(self, setup: Setup) {
        let Parameters { temperature, top_p, max_tokens, effort } = setup.parameters;
        let text = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
        self.instructions.set(setup.instructions);
        self.temperature.set(text(temperature));
        self.top_p.set(text(top_p));
        self.max_tokens.set(max_tokens.map(|tokens| tokens.to_string()).unwrap_or_default());
        self.effort.set(effort.map(|effort| effort.word().to_owned()).unwrap_or_default());
    }

    /// What is no number counts as none: the browser's own fields take numbers alone.
    fn setup(self) -> Setup {
        let trimmed = |field: RwSignal<String>| field.get_untracked().trim().to_owned();
        let parameters = Parameters {
            temperature: trimmed(self.temperature).parse().ok(),
            top_p: trimmed(self.top_p).parse().ok(),
            max_tokens: trimmed(self.max_tokens).parse().ok(),
            effort: Effort::from_word(&self.effort.get_untracked()),
        };
        Setup { instructions: trimmed(self.instructions), parameters }
    }
}

#[component]
fn SetupDialog(of: SetupOf, model: RwSignal<Option<String>>) -> impl IntoView {
    let SetupOf { conversation, begun, open } = of;
    let (fields, (dialog, close)) = (Fields::new(), modal(Some("textarea")));
    let (list, reading, saving) = (List::of_page(), Asking::new(), Asking::new());
    // The model of the preset that was chosen.
    let wanted = RwSignal::new(None::<String>);
    // As it was read; without it there is nothing to write over.
    let stands = RwSignal::new(None::<ConversationSetup>);
    let leaves = RwSignal::new(false);
    match conversation {
        None => {
            let setup: Setup = begun.with_untracked(|begun| begun.as_ref()?.read().ok()).unwrap_or_default();
            fields.show(setup.clone());
            stands.set(Some(ConversationSetup { setup, version: 0 }));
        }
        Some(id) => in_browser(move || {
            reading.ask(async move {
                let read = patiently(|| get_setup(id)).await?;
                if !stands.is_disposed() {
                    fields.show(read.setup.clone());
                    stands.set(Some(read));
                }
                Ok(())
            });
        }),
    }
    let is_saved = move || {
        let as_shown = fields.setup();
        wanted.with_untracked(|wanted| wanted.is_none() || model.with_untracked(|model| model == wanted))
            && stands.with_untracked(|stands| stands.as_ref().is_none_or(|stands| stands.setup == as_shown))
    };
    // What was written is thrown away by its own button only.
    let leave = move || {
        if is_saved() {
            return close();
        }
        leaves.set(true);
        focus_soon(".setup-dialog [data-action=keep-editing]".to_owned());
    };
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() {
            event.prevent_default();
            leave();
        }
    };
    let edit_on = move |()| {
        leaves.set(false);
        focus_soon(".setup-dialog textarea".to_owned());
    };
    let save = move || {
        let setup = fields.setup();
        if let Some(wanted) = wanted.get_untracked() {
            model.set(Some(wanted));
        }
        let Some(id) = conversation else {
            of.begin(Some(setup).filter(|setup| *setup != Setup::default()).and_then(|setup| AsIs::of(&setup).ok()));
            return close();
        };
        let Some(seen) = stands.with_untracked(|stands| stands.as_ref().map(|stands| stands.version)) else { return };
        saving.ask(async move {
            list.apply(&Event::Summary(change_setup(id, setup, seen).await?));
            close();
            Ok(())
        });
    };
    let efforts = Effort::WORDS
        .iter()
        .map(|(word, effort)| view! { <option value=*word>{LaterMsg::Effort(*effort).text()}</option> }.into_any());
    let waits = move || conversation.is_some() && stands.with(Option::is_none) || saving.runs();
    view! {
        <dialog class="keys setup-dialog" aria-labelledby="setup-heading" closedby="any" node_ref=dialog
            on:close=move |_| open.set(false)
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                leave();
            }
            on:keydown=press_key
        >
            <div class="keys-head">
                <h2 id="setup-heading">{LaterMsg::Setup { set: false }.text()}</h2>
                <IconButton class="small" action="close-setup" icon=Glyph::Close label=LaterMsg::Close.text() press=leave />
            </div>
            <form
                class="setup-form"
                on:submit=move |event| {
                    event.prevent_default();
                    save();
                }
            >
                <Presets
                    model=wanted
                    current=model
                    stands=Signal::derive(move || stands.with(|stands| stands.as_ref().map(|stands| stands.setup.clone())))
                    read=move |()| fields.setup()
                    show=move |setup| fields.show(setup)
                />
                <label class="field">
                    <span>{LaterMsg::Instructions.text()}</span>
                    <textarea
                        name="instructions"
                        rows="5"
                        prop:value=move || fields.instructions.get()
                        on:input=move |event| fields.instructions.set(event_target_value(&event))
                    ></textarea>
                    <span class="field-words">{LaterMsg::InstructionsHint.text()}</span>
                </label>
                <div class="setup-numbers">
                    <Field
                        name="temperature"
                        kind="number"
                        range=["0", "2", "any"]
                        words=LaterMsg::Temperature.text()
                        value=fields.temperature
                    />
                    <Field
                        name="top_p"
                        kind="number"
                        range=["0", "1", "any"]
                        words=LaterMsg::TopP.text()
                        value=fields.top_p
                    />
                    <Field
                        name="max_tokens"
                        kind="number"
                        range=["1", "10000000", "1"]
                        words=LaterMsg::MaxTokens.text()
                        value=fields.max_tokens
                    />
                    <label class="field">
                        <span>{LaterMsg::EffortName.text()}</span>
                        <select
                            name="effort"
                            prop:value=move || fields.effort.get()
                            on:change=move |event| fields.effort.set(event_target_value(&event))
                        >
                            <option value="">{LaterMsg::AsUsual.text()}</option>
                            {efforts.collect_view()}
                        </select>
                    </label>
                </div>
                <p class="field-words">{LaterMsg::EmptyIsUsual.text()}</p>
                <Problem words=move || reading.problem().or_else(|| saving.problem()) />
                <div class="provider-actions">
                    <Only when=leaves>
                        <p class="provider-question" role="alert">
                            {LaterMsg::NotSaved.text()}
                        </p>
                    </Only>
                    <button class="button primary" type="submit" data-action="save-setup" disabled=waits>
                        {LaterMsg::Save.text()}
                    </button>
                    <Only when=move || !leaves.get()>
                        <Button
                            class="button quiet"
                            action="clear-setup"
                            words=LaterMsg::Clear.text()
                            press=move |()| fields.show(Setup::default())
                        />
                    </Only>
                    <Only when=leaves>
                        <Button class="button danger" action="discard" words=LaterMsg::Discard.text() press=move |()| close() />
                        <Button class="button" action="keep-editing" words=LaterMsg::KeepEditing.text() press=edit_on />
                    </Only>
                </div>
            </form>
        </dialog>
    }
    .into_any()
}
