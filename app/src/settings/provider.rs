//! One provider: what it has, and what can be done with it.

use super::{
    calls::{change_provider, delete_provider, test_provider},
    form::Form,
    providers::{Desk, Opened},
};
use crate::{
    text::{LaterMsg, Msg, sentence},
    ui::{Asking, Button, Only, Problem},
    wire::{NewProvider, ProviderChange, ProviderSettings},
};
use leptos::prelude::*;

#[component]
pub fn Row(desk: Desk, provider: ProviderSettings) -> impl IntoView {
    let (id, name) = (provider.id.clone(), provider.name.clone());
    let opened = Opened::Of(id.clone());
    let is_entered = provider.source.is_none();
    let edits = Memo::new(move |_| is_entered && desk.open.get().is_some_and(|open| open == opened));
    let provider = StoredValue::new(provider);
    view! {
        <li class="provider" data-provider=id data-entered=is_entered.then_some("true")>
            <p class="provider-name">{name}</p>
            <p class="provider-place">{provider.with_value(|provider| provider.base_url.clone())}</p>
            {provider.with_value(state)}
            <Only when=move || is_entered && !edits.get()>
                <Actions desk provider />
            </Only>
            <Only when=edits>
                <Form desk provider=provider.get_value() />
            </Only>
        </li>
    }
}

/// How it stands, in words.
fn state(provider: &ProviderSettings) -> AnyView {
    let words = match &provider.problem {
        Some(error) => return view! { <p class="problem">{sentence(error)}</p> }.into_any(),
        None if !provider.enabled => LaterMsg::Off.text(),
        None => LaterMsg::Models { count: provider.models }.text(),
    };
    let from = provider.source.clone().map(|source| LaterMsg::From { source }.text());
    view! { <p class="provider-state">{words} {from.map(|from| view! { <span class="provider-from">{from}</span> })}</p> }.into_any()
}

#[component]
fn Actions(desk: Desk, provider: StoredValue<ProviderSettings>) -> impl IntoView {
    let (asking, tested, deletes) = (Asking::new(), RwSignal::new(None), RwSignal::new(false));
    let ProviderSettings { id, name, enabled, version, .. } = provider.get_value();
    let edited = id.clone();
    let edit = move |()| desk.open.set(Some(Opened::Of(edited.clone())));
    let test = move |()| {
        tested.set(None);
        asking.ask(async move {
            let ProviderSettings { id, service, name, base_url, only, .. } = provider.get_value();
            let new = NewProvider { service, name: Some(name), base_url: Some(base_url), key: None, only };
            let works = test_provider(Some(id), new).await?;
            tested
                .try_set(Some(LaterMsg::Works { models: works.models, model: works.model, ms: works.first_ms }.text()));
            Ok(())
        });
    };
    let changed = id.clone();
    let switch = move |()| {
        let change = ProviderChange { enabled: Some(!enabled), ..ProviderChange::of(changed.clone(), version) };
        asking.ask(async move {
            desk.put(change_provider(change).await?);
            Ok(())
        });
    };
    let delete = move |()| {
        let id = id.clone();
        asking.ask(async move {
            delete_provider(id).await?;
            desk.read();
            Ok(())
        });
    };
    let question = StoredValue::new(LaterMsg::DeleteForGood { name }.text());
    let switch_words = if enabled { LaterMsg::TurnOff } else { LaterMsg::TurnOn }.text();
    let (edit, test, switch, delete) =
        (Callback::new(edit), Callback::new(test), Callback::new(switch), Callback::new(delete));
    let switch_words = StoredValue::new(switch_words);
    view! {
        <div class="provider-actions">
            <Only when=move || !deletes.get()>
                <Button class="button small" action="test" words=LaterMsg::Test.text() disabled=move || asking.runs() press=test />
                <Button class="button small" action="edit" words=Msg::Edit.text() press=edit />
                <Button class="button small" action="switch" words=switch_words.get_value() disabled=move || asking.runs() press=switch />
                <Button class="button small danger" action="delete" words=Msg::Delete.text() press=move |()| deletes.set(true) />
            </Only>
            <Only when=deletes>
                <p class="provider-question" role="alert">{question.get_value()}</p>
                <Button class="button small danger" action="delete-for-good" words=Msg::Delete.text() disabled=move || asking.runs() press=delete />
                <Button class="button small" action="keep" words=LaterMsg::Cancel.text() press=move |()| deletes.set(false) />
            </Only>
        </div>
        <p class="settings-words" role="status">
            {move || if asking.runs() { Some(LaterMsg::Testing.text()) } else { tested.get() }}
        </p>
        <Problem words=move || asking.problem() />
    }
}
