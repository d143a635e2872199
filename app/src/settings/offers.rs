//! Which models the picker offers, in which order, and with which a new chat begins.

use super::providers::{Desk, text_key};
use crate::{
    browser::focus_soon,
    chat::list_models,
    preferred::Preferred,
    text::{LaterMsg, Msg, called, model_facts},
    ui::{Asking, Button, Each, Glyph, IconButton, Only, Problem, in_browser, patiently},
    wire::{Model, ModelKind, Preferences},
};
use leptos::prelude::*;
use std::collections::HashSet;

/// A provider's models, as the picker groups them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Group {
    /// The first half of its models' ids.
    id: String,
    name: String,
    models: Vec<Model>,
}

/// The providers in this person's order.
fn groups(models: &[Model], order: &[String]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for model in models.iter().filter(|model| model.kind != ModelKind::BuiltIn) {
        let id = model.id.split_once('/').map_or("", |(provider, _)| provider);
        match groups.iter_mut().find(|group| group.id == id) {
            Some(group) => group.models.push(model.clone()),
            None => groups.push(Group { id: id.into(), name: model.provider.clone(), models: vec![model.clone()] }),
        }
    }
    groups.sort_by_key(|group| order.iter().position(|known| *known == group.id).unwrap_or(usize::MAX));
    groups
}

/// Puts a provider one place earlier or later among these, which all get a place by that.
fn moved(preferences: &mut Preferences, ids: &[String], id: &str, later: bool) {
    let Some(from) = ids.iter().position(|known| known == id) else { return };
    let Some(to) = if later { Some(from + 1) } else { from.checked_sub(1) }.filter(|to| *to < ids.len()) else {
        return;
    };
    let mut order = ids.to_vec();
    order.swap(from, to);
    // Those that are not there now keep their places behind.
    let away = preferences.order.iter().filter(|known| !ids.contains(known)).cloned();
    preferences.order = order.iter().cloned().chain(away.collect::<Vec<_>>()).collect();
}

/// Offers these, or hides them.
fn offer(preferences: &mut Preferences, ids: &[String], offered: bool) {
    preferences.hidden.retain(|known| !ids.contains(known));
    if !offered {
        preferences.hidden.extend(ids.iter().cloned());
        // A new chat cannot begin with what is not offered.
        preferences.default_model.take_if(|model| ids.contains(model));
    }
}

#[component]
pub fn Offers(desk: Desk) -> impl IntoView {
    let (preferred, reading) = (Preferred::of_person(), Asking::new());
    let models = RwSignal::new(Vec::<Model>::new());
    in_browser(move || {
        // Another provider has other models.
        desk.list.track();
        reading.ask(async move {
            let list = patiently(|| list_models(Some(true))).await?;
            models.try_set(list.models);
            Ok(())
        });
    });
    let shown = Memo::new(move |_| {
        let order = preferred.with(|preferences| preferences.order.clone())?;
        Some(models.with(|models| groups(models, &order)))
    });
    let ids = Memo::new(move |_| {
        shown.with(|shown| shown.iter().flatten().map(|group| group.id.clone()).collect::<Vec<_>>())
    });
    let is_known = move || shown.with(Option::is_some);
    let problem = move || reading.problem().or_else(|| preferred.problem());
    let is_empty = move || ids.with(Vec::is_empty) && problem().is_none();
    view! {
        <section
            class="settings-part"
            aria-labelledby="models"
            data-known=move || is_known().then_some("true")
            hidden=is_empty
        >
            <h2 id="models">{LaterMsg::ModelsOffered.text()}</h2>
            <p class="settings-words">{LaterMsg::ModelsAre.text()}</p>
            <Problem words=problem />
            <Only when=move || is_known() && !ids.with(Vec::is_empty)>
                <Default preferred models />
                <ul class="providers">
                    <Each items=ids key=text_key let(id)>
                        <GroupView preferred shown ids id />
                    </Each>
                </ul>
            </Only>
        </section>
    }
    .into_any()
}

/// With which model new chats begin.
#[component]
fn Default(preferred: Preferred, models: RwSignal<Vec<Model>>) -> impl IntoView {
    let chosen = Memo::new(move |_| preferred.with(|preferences| preferences.default_model.clone()).flatten());
    let choose = move |event: leptos::ev::Event| {
        let id = event_target_value(&event);
        preferred.change(|preferences| preferences.default_model = Some(id).filter(|id| !id.is_empty()));
    };
    let options = move || {
        let hidden: HashSet<_> =
            preferred.with(|preferences| preferences.hidden.iter().cloned().collect()).unwrap_or_default();
        let chosen = chosen.get();
        let is_chosen = |id: &str| chosen.as_deref() == Some(id);
        models.with(|models| {
            let offered = models.iter().filter(|model| !hidden.contains(&model.id) || is_chosen(&model.id));
            let mut all: Vec<_> = offered
                .map(|model| (model.id.clone(), format!("{} · {}", model.name, called(&model.provider))))
                .collect();
            if let Some(away) = chosen.as_ref().filter(|id| !all.iter().any(|(known, _)| known == *id)) {
                all.push((away.clone(), format!("{away} · {}", Msg::ModelAway.text())));
            }
            all.into_iter()
                .map(|(id, name)| {
                    let selected = is_chosen(&id);
                    view! { <option value=id selected=selected>{name}</option> }.into_any()
                })
                .collect_view()
        })
    };
    view! {
        <label class="field">
            <span>{LaterMsg::BeginWith.text()}</span>
            <select name="default_model" on:change=choose>
                <option value="">{LaterMsg::ChosenLast.text()}</option>
                {options}
            </select>
        </label>
    }
    .into_any()
}

/// A provider: its place, and which of its models are offered.
#[component]
fn GroupView(
    preferred: Preferred,
    shown: Memo<Option<Vec<Group>>>,
    ids: Memo<Vec<String>>,
    id: String,
) -> impl IntoView {
    let key = StoredValue::new(id.clone());
    let group = Memo::new(move |was: Option<&Group>| {
        let now =
            shown.with(|shown| key.with_value(|id| shown.iter().flatten().find(|group| group.id == *id).cloned()));
        now.or_else(|| was.cloned()).unwrap_or_default()
    });
    let name = Signal::derive(move || group.with(|group| called(&group.name).into_owned()));
    let models =
        Memo::new(move |_| group.with(|group| group.models.iter().map(|model| model.id.clone()).collect::<Vec<_>>()));
    let hidden = Memo::new(move |_| {
        let hidden = preferred.with(|preferences| preferences.hidden.iter().cloned().collect::<HashSet<_>>());
        let hidden = hidden.unwrap_or_default();
        models.with(|models| models.iter().filter(|id| hidden.contains(*id)).cloned().collect::<HashSet<_>>())
    });
    let counted = move || {
        let of = models.with(Vec::len);
        LaterMsg::Offered { count: of - hidden.with(HashSet::len), of }.text()
    };
    let go = move |later: bool| {
        let ids = ids.get_untracked();
        preferred.change(|preferences| key.with_value(|id| moved(preferences, &ids, id, later)));
        // A row that moves loses the focus.
        let action = if later { "later" } else { "earlier" };
        focus_soon(key.with_value(|id| format!("[data-offers='{id}'] [data-action={action}]")));
    };
    let all = move |offered: bool| {
        let ids = models.get_untracked();
        preferred.change(|preferences| offer(preferences, &ids, offered));
    };
    let is_alone = move || ids.with(|ids| ids.len() < 2);
    let earlier = Signal::derive(move || LaterMsg::Earlier { provider: name.get() }.text());
    let further = Signal::derive(move || LaterMsg::Further { provider: name.get() }.text());
    view! {
        <li class="provider" data-offers=id>
            <div class="offers-head">
                <h3 class="provider-name">{move || name.get()}</h3>
                <Only when=move || !is_alone()>
                    <IconButton class="small" action="earlier" icon=Glyph::Up label=earlier press=move |()| go(false) />
                    <IconButton class="small" action="later" icon=Glyph::Down label=further press=move |()| go(true) />
                </Only>
            </div>
            <details class="offers">
                <summary>{counted}</summary>
                <div class="provider-actions">
                    <Button class="button small" action="offer-all" words=LaterMsg::OfferAll.text() press=move |()| all(true) />
                    <Button class="button small" action="offer-none" words=LaterMsg::OfferNone.text() press=move |()| all(false) />
                </div>
                <ul class="offers-list">
                    <Each items=models key=text_key let(model)>
                        <Offer preferred group hidden id=model />
                    </Each>
                </ul>
            </details>
        </li>
    }
    .into_any()
}

#[component]
fn Offer(preferred: Preferred, group: Memo<Group>, hidden: Memo<HashSet<String>>, id: String) -> impl IntoView {
    let key = StoredValue::new(id.clone());
    let model = group.with_untracked(|group| group.models.iter().find(|model| model.id == id).cloned());
    let name = model.as_ref().map(|model| model.name.clone()).unwrap_or_default();
    let facts = model.and_then(|model| model.facts).map(|facts| model_facts(&facts)).unwrap_or_default();
    let switch = move |event: leptos::ev::Event| {
        let offered = event_target_checked(&event);
        preferred.change(|preferences| offer(preferences, &[key.get_value()], offered));
    };
    view! {
        <li>
            <label class="offer">
                <input
                    type="checkbox"
                    name="offer"
                    prop:checked=move || !hidden.with(|hidden| key.with_value(|id| hidden.contains(id)))
                    on:change=switch
                />
                <span>{name}</span>
                <span class="model-facts">{facts}</span>
            </label>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn providers_change_places_and_those_that_are_away_keep_theirs_behind() {
        let mut preferences = Preferences { order: ids(&["b", "away", "a"]), ..Preferences::default() };
        moved(&mut preferences, &ids(&["b", "a", "c"]), "c", false);
        assert_eq!(preferences.order, ids(&["b", "c", "a", "away"]));
        for (id, later) in [("b", false), ("a", true), ("gone", true)] {
            let before = preferences.clone();
            moved(&mut preferences, &ids(&["b", "c", "a"]), id, later);
            assert_eq!(preferences, before, "{id}");
        }
        moved(&mut preferences, &ids(&["b", "c", "a"]), "b", true);
        assert_eq!(preferences.order, ids(&["c", "b", "a", "away"]));
    }

    #[test]
    fn what_is_hidden_twice_is_hidden_once() {
        let mut preferences = Preferences::default();
        offer(&mut preferences, &ids(&["a/1", "a/2"]), false);
        offer(&mut preferences, &ids(&["a/2"]), false);
        assert_eq!(preferences.hidden, ids(&["a/1", "a/2"]));
        offer(&mut preferences, &ids(&["a/1"]), true);
        assert_eq!(preferences.hidden, ids(&["a/2"]));
        preferences.default_model = Some("a/1".into());
        offer(&mut preferences, &ids(&["b/1"]), false);
        assert_eq!(preferences.default_model.as_deref(), Some("a/1"));
        offer(&mut preferences, &ids(&["a/1"]), false);
        assert_eq!(preferences.default_model, None, "a new chat cannot begin with it");
    }
}
