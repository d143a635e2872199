//! How a provider is set up: for a new one, and for one that is there.

use super::{
    calls::{add_provider, change_provider, test_provider},
    providers::{Desk, Opened, RowId},
};
use crate::{
    browser::focus_part,
    text::{LaterMsg, called},
    ui::{Asking, Button, Field, Only, Problem, in_browser},
    wire::{Code, NewProvider, ProviderChange, ProviderSettings, Secret, Service},
};
use leptos::{html, prelude::*};

/// What is written in the fields.
#[derive(Clone, Copy)]
struct Fields {
    service: RwSignal<String>,
    name: RwSignal<String>,
    base_url: RwSignal<String>,
    key: RwSignal<String>,
    /// A name a line.
    only: RwSignal<String>,
}

impl Fields {
    fn of(provider: Option<&ProviderSettings>, first: Option<&Service>) -> Self {
        let service = provider.map(|provider| &provider.service).or(first.map(|first| &first.id)).cloned();
        let base_url = provider.map(|provider| &provider.base_url).or(first.map(|first| &first.base_url)).cloned();
        let only = provider.map(|provider| provider.only.join("\n"));
        Self {
            service: RwSignal::new(service.unwrap_or_default()),
            name: RwSignal::new(provider.map(|provider| provider.name.clone()).unwrap_or_default()),
            base_url: RwSignal::new(base_url.unwrap_or_default()),
            key: RwSignal::default(),
            only: RwSignal::new(only.unwrap_or_default()),
        }
    }

    fn provider(self) -> NewProvider {
        let given =
            |field: RwSignal<String>| Some(field.get_untracked().trim().to_owned()).filter(|text| !text.is_empty());
        NewProvider {
            service: self.service.get_untracked(),
            name: given(self.name),
            base_url: given(self.base_url),
            key: given(self.key).map(Secret),
            only: self.only.with_untracked(|only| {
                only.lines().map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect()
            }),
        }
    }
}

#[component]
pub fn Form(
    desk: Desk,
    /// The one that is there; without it, a new one.
    #[prop(optional)]
    provider: Option<ProviderSettings>,
) -> impl IntoView {
    let services = StoredValue::new(desk.list.with_untracked(|list| list.services.clone()));
    let fields = services.with_value(|services| Fields::of(provider.as_ref(), services.first()));
    let (saving, testing, tested) = (Asking::new(), Asking::new(), RwSignal::new(None));
    let form = NodeRef::<html::Form>::new();
    in_browser(move || {
        if let Some(form) = form.get() {
            focus_part(&form, "select, input");
        }
    });
    let is_new = provider.is_none();
    let title = match &provider {
        Some(provider) => LaterMsg::Editing { name: called(&provider.name).into_owned() },
        None => LaterMsg::Connecting,
    }
    .text();
    let label = title.clone();
    let overtaken = StoredValue::new(false);
    // The kept key goes when this is saved.
    let forgets = RwSignal::new(false);
    let own = provider.as_ref().map_or(Opened::New, |provider| Opened::Of(provider.id.clone()));
    let (own, known) = (StoredValue::new(own), StoredValue::new(provider));
    let untouched = StoredValue::new(fields.provider());
    let close = move |kept| own.with_value(|own| desk.close(own, kept));
    let chosen = move || {
        services.with_value(|services| {
            let id = fields.service.get();
            services.iter().find(|service| service.id == id).cloned()
        })
    };
    let choose = move |event| {
        let usual = || untrack(chosen).map(|service| service.base_url).unwrap_or_default();
        let as_usual = fields.base_url.with_untracked(|url| url.trim().is_empty() || *url == usual());
        fields.service.set(event_target_value(&event));
        if as_usual {
            fields.base_url.set(usual());
        }
        // It is for the one before.
        fields.key.set(String::new());
    };
    let has_key = known.with_value(|known| known.as_ref().is_some_and(|known| known.has_key));
    // The kept key stays behind when the address changes.
    let moved = move || {
        known.with_value(|known| known.as_ref().is_some_and(|known| known.base_url != fields.base_url.get().trim()))
    };
    let key_words = move || match chosen() {
        _ if has_key && forgets.get() => LaterMsg::KeyGoes.text(),
        _ if has_key && moved() => LaterMsg::KeyGoesAlong.text(),
        _ if has_key => LaterMsg::KeyKept.text(),
        Some(Service { keys_at: Some(_), .. }) => "".into(),
        _ => LaterMsg::NoKeyNeeded.text(),
    };
    let get_key = move || {
        chosen().and_then(|service| service.keys_at).map(|at| {
            view! {
                <a href=at target="_blank" rel="noreferrer">
                    {LaterMsg::GetKey.text()}
                </a>
            }
        })
    };
    // Whatever was said of the last try holds no more, and a test that still runs is overtaken: it may take a minute. A button
    // that were disabled meanwhile would lose the focus.
    let begins = move || {
        let free = !saving.runs_now();
        if free {
            tested.set(None);
            saving.forget();
            testing.forget();
        }
        free
    };
    let save = move || {
        if !begins() {
            return;
        }
        let provider = fields.provider();
        saving.ask(async move {
            let kept = match known.get_value() {
                None => add_provider(provider).await?,
                Some(known) => {
                    let NewProvider { name, base_url, key, only, .. } = provider;
                    let base_url = base_url.filter(|url| *url != known.base_url);
                    let name = Some(name.unwrap_or(known.name));
                    let key = key.or_else(|| forgets.get_untracked().then(|| Secret(String::new())));
                    // Whoever was told that it is another now means that one.
                    let row = RowId { id: known.id.clone(), is_entered: true };
                    let now = desk.get(&row).filter(|_| overtaken.get_value()).map(|now| now.version);
                    let (only, seen) = (Some(only), now.unwrap_or(known.version));
                    let change = ProviderChange { name, base_url, key, only, ..ProviderChange::of(known.id, seen) };
                    let answer = change_provider(change).await;
                    overtaken.try_set_value(answer.as_ref().is_err_and(|error| error.code == Code::Stale));
                    desk.told(answer)?
                }
            };
            close(Some(kept.id.clone()));
            desk.put(kept);
            Ok(())
        });
    };
    let test = move |()| {
        let (id, provider) =
            (known.with_value(|known| known.as_ref().map(|known| known.id.clone())), fields.provider());
        if !begins() {
            return;
        }
        testing.ask(async move {
            let number = testing.number();
            let works = test_provider(id, Some(provider)).await?;
            if testing.number() == number {
                tested.try_set(Some(LaterMsg::Works(works).text()));
            }
            Ok(())
        });
    };
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        // What was typed goes by its own button only.
        let is_untouched = || !forgets.get_untracked() && untouched.with_value(|first| *first == fields.provider());
        if event.key() == "Escape" && !event.is_composing() && is_untouched() {
            event.prevent_default();
            event.stop_propagation();
            close(None);
        }
    };
    let options = move || {
        services.with_value(|services| {
            let option = |service: &Service| {
                view! { <option value=service.id.clone()>{called(&service.name).into_owned()}</option> }.into_any()
            };
            services.iter().map(option).collect_view()
        })
    };
    view! {
        <form
            class="provider-form"
            aria-label=label
            node_ref=form
            on:submit=move |event| {
                event.prevent_default();
                save();
            }
            on:keydown=press_key
        >
            // Of one that is there, its row tells the name.
            {is_new.then(|| view! { <h3>{title}</h3> })}
            <Only when=move || is_new>
                <label class="field">
                    <span>{LaterMsg::Service.text()}</span>
                    <select name="service" prop:value=move || fields.service.get() on:change=choose>
                        {options()}
                    </select>
                </label>
            </Only>
            <Field name="key" kind="password" autocomplete="new-password" words=LaterMsg::Key.text() value=fields.key>
                {key_words}
                " "
                {get_key}
            </Field>
            <Field
                name="base_url"
                kind="url"
                required=true
                words=LaterMsg::Address.text()
                placeholder=Some("http://127.0.0.1:8000/v1".to_owned())
                value=fields.base_url
            />
            <Field
                name="name"
                words=LaterMsg::ProviderName.text()
                placeholder=Signal::derive(move || chosen().map(|service| called(&service.name).into_owned()))
                value=fields.name
            />
            <label class="field">
                <span>{LaterMsg::Only.text()}</span>
                <textarea
                    name="only"
                    rows="2"
                    spellcheck="false"
                    autocapitalize="off"
                    prop:value=move || fields.only.get()
                    on:input=move |event| fields.only.set(event_target_value(&event))
                ></textarea>
                <span class="field-words">{LaterMsg::OnlyHint.text()}</span>
            </label>
            <p class="settings-words" role="status">
                {move || if testing.runs() { Some(LaterMsg::Testing.text()) } else { tested.get() }}
            </p>
            <Problem words=move || saving.problem().or_else(|| testing.problem()) />
            <div class="provider-actions">
                <button class="button primary" type="submit" data-action="save">
                    {LaterMsg::Save.text()}
                </button>
                <Button class="button" action="test" words=LaterMsg::Test.text() press=test />
                <Only when=move || has_key && !forgets.get()>
                    <Button
                        class="button quiet"
                        action="forget-key"
                        words=LaterMsg::Forget.text()
                        press=move |()| forgets.set(true)
                    />
                </Only>
                <Button class="button quiet" action="cancel" words=LaterMsg::Cancel.text() press=move |()| close(None) />
            </div>
        </form>
    }
}
