//! The list of providers, and the way to another one.

use super::{calls::list_providers, form::Form, offers::Offers, prompts::Prompts, provider::Row};
use crate::{
    browser::focus_soon,
    language::LanguageChoice,
    later::later,
    text::{LaterMsg, Msg, sentence},
    ui::{Button, Each, Make, Only, Problem, in_browser, patiently},
    wire::{Code, Error, ProviderList, ProviderSettings},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

/// What is shown, and what is open. Copy it into any callback.
#[derive(Clone, Copy)]
pub struct Desk {
    pub list: RwSignal<ProviderList>,
    /// The list has come once.
    pub known: RwSignal<bool>,
    problem: RwSignal<Option<Error>>,
    /// The forms that are open.
    open: RwSignal<Vec<Opened>>,
}

/// Which form is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    New,
    /// This provider's.
    Of(String),
}

/// Which row: what was entered may have the id of one that the environment has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RowId {
    pub id: String,
    pub is_entered: bool,
}

impl Desk {
    fn new() -> Self {
        Self {
            list: RwSignal::default(),
            known: RwSignal::new(false),
            problem: RwSignal::new(None),
            open: RwSignal::default(),
        }
    }

    /// Asks for all of them again.
    pub fn read(self) {
        spawn_local(async move {
            match patiently(list_providers).await {
                Ok(list) => {
                    self.list.try_set(list);
                    self.problem.try_set(None);
                    self.known.try_set(true);
                }
                Err(error) => drop(self.problem.try_set(Some(error))),
            }
        });
    }

    /// Whether this form is open.
    pub fn is_open(self, form: &Opened) -> bool {
        self.open.with(|open| open.contains(form))
    }

    pub fn open(self, form: Opened) {
        self.open.maybe_update(|open| {
            let new = !open.contains(&form);
            open.extend(new.then_some(form));
            new
        });
    }

    /// Closes this form. The focus goes to the provider that it kept, else to what opened the form.
    pub fn close(self, form: &Opened, kept: Option<String>) {
        self.open.update(|open| open.retain(|known| known != form));
        let of = kept.or_else(|| match form {
            Opened::Of(id) => Some(id.clone()),
            Opened::New => None,
        });
        match of {
            Some(id) => focus_soon(format!("[data-provider='{id}'] [data-action=edit]")),
            None => focus_soon("[data-action=connect]".to_owned()),
        }
    }

    /// A provider as it is now.
    pub fn put(self, provider: ProviderSettings) {
        self.list.update(|list| {
            let known = |known: &&mut ProviderSettings| known.source.is_none() && known.id == provider.id;
            match list.providers.iter_mut().find(known) {
                Some(known) => *known = provider,
                None => list.providers.push(provider),
            }
        });
    }

    /// A provider's row, as long as it is there.
    pub fn get(self, row: &RowId) -> Option<ProviderSettings> {
        self.list.with(|list| list.providers.iter().find(|provider| row_id(provider) == *row).cloned())
    }

    /// Whoever was overtaken is told, and shown how it stands: another try then means it.
    pub fn told<T>(self, answer: Result<T, Error>) -> Result<T, Error> {
        answer.inspect_err(|error| {
            if matches!(error.code, Code::Stale | Code::NotFound) {
                self.read();
            }
        })
    }
}

/// Where a link to this page leads: `#connect` to the form for a new one, `#{provider}` to that provider. (`#prompts` is the
/// prompts' own.)
fn go_to(desk: Desk, goal: &str) {
    match goal.trim_start_matches('#') {
        "connect" => desk.open(Opened::New),
        id if !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => {
            focus_soon(format!("[data-provider='{id}'] button"));
        }
        _ => {}
    }
}

fn row_id(provider: &ProviderSettings) -> RowId {
    RowId { id: provider.id.clone(), is_entered: provider.source.is_none() }
}

fn key_of(row: &RowId) -> u128 {
    let mut hasher = DefaultHasher::new();
    row.hash(&mut hasher);
    hasher.finish().into()
}

/// What makes a row itself that is known by a text.
pub fn text_key(text: &String) -> u128 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish().into()
}

later! {
    in settings:
    pub fn providers_view() -> Make {
        Arc::new(|| view! { <Providers /> }.into_any())
    }
}

#[component]
fn Providers() -> impl IntoView {
    let desk = Desk::new();
    in_browser(move || desk.read());
    let rows = Memo::new(move |_| desk.list.with(|list| list.providers.iter().map(row_id).collect::<Vec<_>>()));
    let is_new = Memo::new(move |_| desk.is_open(&Opened::New));
    let goal = use_location().hash;
    let goal = Memo::new(move |_| desk.known.get().then(|| goal.get()));
    in_browser(move || go_to(desk, goal.get().as_deref().unwrap_or_default()));
    let is_empty = move || desk.known.get() && desk.list.with(|list| list.providers.is_empty());
    view! {
        <h1>{Msg::Settings.text()}</h1>
        <section
            class="settings-part"
            aria-labelledby="providers"
            data-known=move || desk.known.get().then_some("true")
        >
            <h2 id="providers">{LaterMsg::Providers.text()}</h2>
            <p class="settings-words">{LaterMsg::ProvidersAre.text()}</p>
            <Problem words=move || desk.problem.with(|problem| problem.as_ref().map(sentence)) />
            <Only when=move || desk.problem.with(Option::is_some)>
                <Button class="button" action="read-again" words=Msg::TryAgain.text() press=move |()| desk.read() />
            </Only>
            <ul class="providers">
                <Each items=rows key=key_of let(row)>
                    <Row desk row />
                </Each>
            </ul>
            <Only when=is_empty>
                <p class="settings-words">{LaterMsg::NoProviders.text()}</p>
            </Only>
            <Only when=is_new>
                <Form desk />
            </Only>
            <Only when=move || desk.known.get() && !is_new.get()>
                <Button
                    class="button primary"
                    action="connect"
                    words=LaterMsg::Connect.text()
                    press=move |()| desk.open(Opened::New)
                />
            </Only>
        </section>
        <Offers desk />
        <Prompts desk />
        <LanguageChoice />
    }
}
