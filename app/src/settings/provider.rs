//! One provider: what it has, and what can be done with it.

use super::{
    calls::{change_provider, delete_provider, test_provider},
    form::Form,
    providers::{Desk, Opened, RowId},
};
use crate::{
    browser::focus_soon,
    text::{LaterMsg, Msg, called, sentence_in_full},
    ui::{Asking, Button, Only, Problem},
    wire::{NewProvider, ProviderChange, ProviderSettings},
};
use leptos::prelude::*;
use std::borrow::Cow;

type Words = Cow<'static, str>;

#[component]
pub fn Row(desk: Desk, row: RowId) -> impl IntoView {
    let RowId { id, is_entered } = row.clone();
    let opened = Opened::Of(id.clone());
    let edits = Memo::new(move |_| is_entered && desk.is_open(&opened));
    // A row that is about to go shows what it was.
    let provider =
        Memo::new(move |was: Option<&ProviderSettings>| desk.get(&row).or_else(|| was.cloned()).unwrap_or_default());
    view! {
        <li class="provider" data-provider=id data-entered=is_entered.then_some("true")>
            <h3 class="provider-name">{move || provider.with(name)}</h3>
            <p class="provider-place">{move || provider.with(|provider| provider.base_url.clone())}</p>
            {move || provider.with(state)}
            <Only when=move || !edits.get()>
                <Actions desk provider />
            </Only>
            <Only when=edits>
                <Form desk provider=provider.get_untracked() />
            </Only>
        </li>
    }
}

fn name(provider: &ProviderSettings) -> String {
    called(&provider.name).into_owned()
}

/// How it stands, in words.
fn state(provider: &ProviderSettings) -> AnyView {
    let problem =
        provider.problem.as_ref().map(|error| view! { <p class="problem">{sentence_in_full(error)}</p> }.into_any());
    let counted = || LaterMsg::Models { count: provider.models }.text();
    let words = match &problem {
        Some(_) => None,
        None if !provider.enabled => Some(LaterMsg::Off.text()),
        None => Some(counted()),
    };
    let by_hand = (problem.is_none() && !provider.only.is_empty()).then(|| LaterMsg::NamedByHand.text());
    let from = provider.source.clone().map(|source| LaterMsg::From { source }.text());
    let line = words.into_iter().chain(by_hand).chain(from).collect::<Vec<_>>().join(" · ");
    view! {
        {problem}
        <p class="provider-state">{line}</p>
    }
    .into_any()
}

#[component]
fn Actions(desk: Desk, provider: Memo<ProviderSettings>) -> impl IntoView {
    let (testing, asking) = (Asking::new(), Asking::new());
    let (tested, deletes) = (RwSignal::new(None), RwSignal::new(false));
    let id = provider.with_untracked(|provider| provider.id.clone());
    let part = move |action: &str| {
        format!("[data-provider='{}'] [data-action={action}]", provider.with_untracked(|provider| provider.id.clone()))
    };
    // One thing at a time, and whatever was said of the last one holds no more. A button that were disabled meanwhile would
    // lose the focus.
    let begins = move || {
        let free = !testing.runs_now() && !asking.runs_now();
        if free {
            tested.set(None);
            testing.forget();
            asking.forget();
        }
        free
    };
    let named = move |what: Words| {
        let name = provider.with(name);
        Some(LaterMsg::NameAt { name, what: what.into_owned() }.text())
    };
    let test = move |()| {
        if !begins() {
            return;
        }
        testing.ask(async move {
            let ProviderSettings { id, service, name, base_url, only, source, .. } = provider.get_untracked();
            let new = NewProvider { service, name: Some(name), base_url: Some(base_url), key: None, only };
            // What the environment told of, the server knows better than this page.
            let new = source.is_none().then_some(new);
            tested.try_set(Some(LaterMsg::Works(desk.told(test_provider(Some(id), new).await)?).text()));
            Ok(())
        });
    };
    let switch = move |()| {
        if !begins() {
            return;
        }
        let ProviderSettings { id, version, enabled, .. } = provider.get_untracked();
        let change = ProviderChange { enabled: Some(!enabled), ..ProviderChange::of(id, version) };
        asking.ask(async move {
            desk.put(desk.told(change_provider(change).await)?);
            Ok(())
        });
    };
    let delete = move |()| {
        if !begins() {
            return;
        }
        let id = provider.with_untracked(|provider| provider.id.clone());
        asking.ask(async move {
            delete_provider(id).await?;
            desk.read();
            focus_soon("[data-action=connect]".to_owned());
            Ok(())
        });
    };
    let asks = move |wanted: bool| {
        if begins() {
            deletes.set(wanted);
            focus_soon(part(if wanted { "keep" } else { "delete" }));
        }
    };
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && deletes.get_untracked() {
            event.stop_propagation();
            asks(false);
        }
    };
    let switch_words =
        move || if provider.with(|provider| provider.enabled) { LaterMsg::TurnOff } else { LaterMsg::TurnOn }.text();
    let question = move || LaterMsg::DeleteForGood { name: provider.with(name) }.text();
    let edit = Callback::new(move |()| desk.open(Opened::Of(id.clone())));
    let is_entered = provider.with_untracked(|provider| provider.source.is_none());
    view! {
        <div class="provider-actions" on:keydown=press_key>
            <Only when=move || !deletes.get()>
                <Button
                    class="button small"
                    action="test"
                    words=LaterMsg::Test.text()
                    label=move || named(LaterMsg::Test.text())
                    press=test
                />
            </Only>
            <Only when=move || is_entered && !deletes.get()>
                <Button
                    class="button small"
                    action="edit"
                    words=Msg::Edit.text()
                    label=move || named(Msg::Edit.text())
                    press=edit
                />
                <Button
                    class="button small"
                    action="switch"
                    words=switch_words
                    label=move || named(switch_words())
                    press=switch
                />
                <Button
                    class="button small danger"
                    action="delete"
                    words=Msg::Delete.text()
                    label=move || named(Msg::Delete.text())
                    press=move |()| asks(true)
                />
            </Only>
            <Only when=deletes>
                <p class="provider-question" role="alert">
                    {question}
                </p>
                <Button class="button small danger" action="delete-for-good" words=Msg::Delete.text() press=delete />
                <Button class="button small" action="keep" words=LaterMsg::Cancel.text() press=move |()| asks(false) />
            </Only>
        </div>
        <p class="settings-words" role="status">
            {move || if testing.runs() { Some(LaterMsg::Testing.text()) } else { tested.get() }}
        </p>
        <Problem words=move || testing.problem().or_else(|| asking.problem()) />
    }
}
