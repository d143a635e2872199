//! The list of models: a popover of the browser's own, whose options are walked by keys while the focus stays in the field
//! that searches them, or on the list itself where there are few.

use super::{
    Models, Picking, SetupOf,
    choice::{Entry, Group, MANY, by_letter, find, groups, is_guide_alone},
};
use crate::{
    browser::{focus_part, has_keyboard, is_link, is_within, next_frame, open_popover, reveal, value_at},
    stream::List as Conversations,
    text::{LaterMsg, Msg, called, model_facts, sentence, sentences},
    ui::{Glyph, Icon, Only, Popover, Problem, Step, in_browser},
    wire::{MOST_MODELS, ModelFacts, ModelProblem},
};
use leptos::{html, prelude::*};

const LIST: &str = "model-list";

#[component]
pub fn List(
    picking: Picking,
    /// What opened it, and gets the focus back.
    button: NodeRef<html::Button>,
    setup: SetupOf,
) -> impl IntoView {
    let Picking { models, open, problem, .. } = picking;
    let Models { found, chosen, also, .. } = models;
    // Its options are pressed one after the other, and it stays open.
    let several = RwSignal::new(!also.with_untracked(Vec::is_empty));
    let too_many = RwSignal::new(false);
    let panel = NodeRef::<html::Div>::new();
    let query = RwSignal::new(String::new());
    let shown = Memo::new(move |_| {
        query.with(|query| found.with(|found| chosen.with(|chosen| groups(found, query, chosen.as_deref()))))
    });
    let count = move || shown.with(|groups| groups.iter().map(|group| group.models.len()).sum::<usize>());
    let active = RwSignal::new(untrack(|| place_of(&shown.get(), chosen.get().as_deref())));
    // Once there is a field it stays, or what is typed would lose its place.
    let many = Memo::new(move |was| was == Some(&true) || found.with(|found| found.models.len() >= MANY));
    let away = move || chosen.with(|id| found.with(|found| id.as_deref().is_some_and(|id| find(found, id).is_none())));

    in_browser(move || {
        // Again whenever its size may have changed.
        shown.track();
        found.track();
        several.track();
        too_many.track();
        let (Some(panel), Some(button)) = (panel.get(), button.get_untracked()) else { return };
        next_frame(move || open_popover(&panel, &button));
    });
    in_browser(move || {
        if let Some(panel) = panel.get() {
            many.track();
            next_frame(move || {
                // A field would bring up a phone's keyboard over half of the list.
                focus_part(&panel, if has_keyboard() { "input, [role=listbox]" } else { "[role=listbox]" });
                reveal(&panel, "[aria-selected=true]");
            });
        }
    });
    in_browser(move || {
        active.track();
        if let Some(panel) = panel.get_untracked() {
            next_frame(move || reveal(&panel, "[data-active]"));
        }
    });
    let popover = Popover { panel, button, open };
    let pick = move |id: String| {
        if several.get_untracked() {
            too_many.set(!models.toggle(id));
        } else {
            picking.pick(id);
            popover.close();
        }
    };
    let ask_several = move |_| {
        several.update(|several| *several = !*several);
        too_many.set(false);
        if !several.get_untracked() {
            also.set(Vec::new());
        }
    };
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        let key = event.key();
        // Keys of an input method are not ours.
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        let in_text = many.get_untracked() && matches!(key.as_str(), "Home" | "End");
        match Step::by_key(&key).filter(|_| !in_text) {
            Some(step) => active.update(|at| *at = step.from(*at, untrack(count))),
            None if (key == "Enter" || key == " " && !many.get_untracked()) && !is_within(&event, ".model-foot") => {
                if let Some(id) = shown.with_untracked(|groups| id_at(groups, active.get_untracked())) {
                    pick(id);
                }
            }
            None if key == "Escape" => popover.close(),
            // On to the link below the list; from there, and backwards, to what is around the button.
            None if key == "Tab" && !event.shift_key() && !is_link(&event) => return,
            None if key == "Tab" => return popover.close(),
            None if is_within(&event, ".model-foot") => return,
            None if !many.get_untracked() && key.chars().count() == 1 => {
                if let Some(at) = shown.with_untracked(|groups| by_letter(groups, active.get_untracked(), &key)) {
                    active.set(at);
                }
            }
            None => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let conversations = Conversations::of_page();
    let set_up = move |_| {
        popover.close();
        setup.open.set(true);
    };
    let typed = move |event| {
        query.set(event_target_value(&event));
        active.set(0);
    };
    let active_id = move || (count() > 0).then(|| format!("model-{}", active.get().min(count() - 1)));
    let rows = move || shown.get().into_iter().map(|group| rows(group, picking, active)).collect_view();
    view! {
        <div
            class="model-popover"
            role="dialog"
            popover="auto"
            aria-label=Msg::Model.text()
            data-many=move || many.get().then_some("true")
            node_ref=panel
            on:keydown=press_key
            on:toggle=move |_| popover.toggled()
        >
            <Only when=many>
                <label class="model-search">
                    <Icon glyph=Glyph::Search />
                    <input
                        type="text"
                        role="combobox"
                        aria-label=LaterMsg::FindModel.text()
                        aria-expanded="true"
                        aria-controls=LIST
                        aria-autocomplete="list"
                        aria-activedescendant=active_id
                        placeholder=LaterMsg::FindModel.text()
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        enterkeyhint="done"
                        on:input=typed
                    />
                </label>
            </Only>
            <div
                class="model-list"
                id=LIST
                role="listbox"
                tabindex="0"
                aria-label=Msg::Model.text()
                aria-multiselectable=move || several.get().to_string()
                aria-activedescendant=active_id
                on:click=move |event| {
                    if let Some(id) = value_at(&event, "data-option") {
                        pick(id);
                    }
                }
            >
                {rows}
            </div>
            <Only when=move || count() == 0>
                <p class="model-words">{LaterMsg::NoSuchModel.text()}</p>
            </Only>
            <Only when=away>
                <p class="model-words">{LaterMsg::ModelAwayHint.text()}</p>
            </Only>
            {move || found.with(|found| found.problems.iter().map(trouble).collect_view())}
            <Only when=move || found.with(is_guide_alone)>
                <p class="model-words">{LaterMsg::ModelAppears.text()}</p>
            </Only>
            <Problem words=move || problem.with(|problem| problem.as_ref().map(sentence)) />
            <Only when=move || too_many.get()>
                <p class="model-words" role="status">{LaterMsg::MostModels { most: MOST_MODELS }.text()}</p>
            </Only>
            <div class="model-foot">
                <button
                    class="model-several"
                    type="button"
                    data-action="ask-several"
                    aria-pressed=move || several.get().to_string()
                    on:click=ask_several
                >
                    <span>{LaterMsg::AskSeveral.text()}</span>
                    <Icon glyph=Glyph::Check />
                </button>
                <button class="model-setup" type="button" data-action="setup" on:click=set_up>
                    {move || LaterMsg::Setup { set: setup.is_set(conversations) }.text()}
                </button>
                <a href="/settings#connect">{LaterMsg::Connect.text()}</a>
            </div>
        </div>
    }
}

fn rows(group: Group, picking: Picking, active: RwSignal<usize>) -> AnyView {
    let Group { provider, source, spends_key, models } = group;
    let source = called(&source).into_owned();
    let title = models.first().map(|entry| format!("models-{}", entry.at));
    let label = title.clone();
    let key = spends_key.then(|| {
        view! {
            <span class="model-key" title=LaterMsg::KeyMayCost.text()>
                {LaterMsg::SpendsKey.text()}
            </span>
        }
        .into_any()
    });
    view! {
        <div role="group" aria-labelledby=label>
            <p class="model-group" id=title role="presentation">
                <span>{called(&provider).into_owned()}</span>
                " "
                <span class="model-source" title=source.clone()>
                    {source.clone()}
                </span>
                " "
                {key}
            </p>
            {models.into_iter().map(|entry| row(entry, picking, active)).collect_view()}
        </div>
    }
    .into_any()
}

fn row(entry: Entry, picking: Picking, active: RwSignal<usize>) -> AnyView {
    let Entry { id, name, facts, from, at } = entry;
    let value = id.clone();
    let chosen = move || picking.models.all().contains(&id).to_string();
    view! {
        <div
            class="model-option"
            id=format!("model-{at}")
            role="option"
            data-option=value
            data-active=move || (active.get() == at).then_some("true")
            aria-selected=chosen
        >
            <span class="model-name">{name}</span>
            <Icon glyph=Glyph::Check />
            {facts_of(from, &facts)}
        </div>
    }
    .into_any()
}

/// What is known of a model, in one quiet line.
fn facts_of(from: Option<String>, facts: &ModelFacts) -> Option<AnyView> {
    let facts = Some(model_facts(facts)).filter(|facts| !facts.is_empty());
    let words = from.into_iter().chain(facts).collect::<Vec<_>>().join(" · ");
    (!words.is_empty()).then(|| view! { <span class="model-facts">{words}</span> }.into_any())
}

/// A provider without models: why, and what to do.
fn trouble(problem: &ModelProblem) -> AnyView {
    let words = sentences(&problem.message, problem.hint.as_deref());
    view! {
        <p class="model-trouble" data-provider=problem.id.clone()>
            <Icon glyph=Glyph::Warning />
            <span>{words}</span>
        </p>
    }
    .into_any()
}

fn place_of(groups: &[Group], id: Option<&str>) -> usize {
    let mut entries = groups.iter().flat_map(|group| &group.models);
    entries.find(|entry| Some(entry.id.as_str()) == id).map_or(0, |entry| entry.at)
}

fn id_at(groups: &[Group], at: usize) -> Option<String> {
    let entries: Vec<_> = groups.iter().flat_map(|group| &group.models).collect();
    entries.get(at.min(entries.len().saturating_sub(1))).map(|entry| entry.id.clone())
}
