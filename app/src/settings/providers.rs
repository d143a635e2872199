//! The list of providers, and the way to another one.

use super::{calls::list_providers, form::Form, offers::Offers, provider::Row};
use crate::{
    browser::focus_soon,
    later::later,
    text::{LaterMsg, Msg, sentence},
    ui::{Button, Each, Make, Only, Problem, in_browser, patiently},
    wire::{Code, Error, ProviderList, ProviderSettings},
};
use leptos::{prelude::*, task::spawn_local};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

/// What is shown, and what is open. Copy it into any callback.
#[derive(Clone, Copy)]
pub struct Desk {
    pub list: RwSignal<ProviderList>,
    /// The list has come once.
    known: RwSignal<bool>,
    problem: RwSignal<Option<Error>>,
    /// The form that is open; one at a time.
    pub open: RwSignal<Option<Opened>>,
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
            open: RwSignal::new(None),
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

    /// Closes the form. The focus goes to this provider, else to what opened the form.
    pub fn close(self, kept: Option<&str>) {
        let of = match (kept, self.open.get_untracked()) {
            (Some(id), _) => Some(id.to_owned()),
            (None, Some(Opened::Of(id))) => Some(id),
            _ => None,
        };
        self.open.set(None);
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
    pub fn providers_view() -> Make {
        Arc::new(|| view! { <Providers /> }.into_any())
    }
}

#[component]
fn Providers() -> impl IntoView {
    let desk = Desk::new();
    in_browser(move || desk.read());
    let rows = Memo::new(move |_| desk.list.with(|list| list.providers.iter().map(row_id).collect::<Vec<_>>()));
    let is_new = Memo::new(move |_| desk.open.get() == Some(Opened::New));
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
                    press=move |()| desk.open.set(Some(Opened::New))
                />
            </Only>
        </section>
        <Offers desk />
    }
}
