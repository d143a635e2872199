//! A list above the text while somebody writes: prompts by `/`, and by `@` a model for this one message.
//!
//! All of it is in the later file: it listens to the text area by itself, and before the composer does.

mod query;

use crate::{
    browser::{Before, TextArea, on_text_area, reveal, value_at},
    chat::model_picker::{Models, named},
    later::later,
    preferred::Preferred,
    text::LaterMsg,
    ui::{Glyph, IconButton, Make, Only, in_browser},
    wire::Prompt,
};
use leptos::{html, prelude::*};
use query::{Query, Sought, blank_after};
use send_wrapper::SendWrapper;
use std::sync::Arc;

const LIST: &str = "choices";
/// Whoever wants another one types more of its name.
const MOST: usize = 50;
/// Characters of a prompt that its row shows.
const SHOWN: usize = 120;

later! {
    pub fn choices_view(area: NodeRef<html::Textarea>, models: Models) -> Make {
        Arc::new(move || view! { <Choices area models /> }.into_any())
    }
}

/// What can be chosen.
#[derive(Clone, Debug, PartialEq)]
enum Row {
    Prompt(Prompt),
    Model { id: String, name: String, provider: String },
}

#[component]
fn Choices(area: NodeRef<html::Textarea>, models: Models) -> impl IntoView {
    let query = RwSignal::new(None::<Query>);
    let at = RwSignal::new(0_usize);
    let list = NodeRef::<html::Div>::new();
    // They are asked for when somebody looks for the first one.
    let sought = Memo::new(move |was| was == Some(&true) || sought_is(query, Sought::Prompt));
    let preferred = RwSignal::new(None::<Preferred>);
    in_browser(move || {
        if sought.get() {
            preferred.set(Some(Preferred::of_person()));
        }
    });
    let rows = Memo::new(move |_| {
        let Some(Query { sought, words, .. }) = query.get() else { return Vec::new() };
        match sought {
            Sought::Prompt => {
                let prompts = preferred.get().and_then(|it| it.with(|preferences| preferences.prompts.clone()));
                prompts_named(prompts.unwrap_or_default(), &words)
            }
            Sought::Model => models.found.with(|found| {
                let row = |(id, name, provider)| Row::Model { id, name, provider };
                named(found, &words).into_iter().take(MOST).map(row).collect()
            }),
        }
    });
    let has_none = move || {
        let none = preferred.get().and_then(|it| it.with(|preferences| preferences.prompts.is_empty()));
        none == Some(true) && query.with(|query| query.as_ref().is_some_and(|it| it.words.is_empty()))
    };
    let choose = move |row: Row| {
        let Some((area, place)) = area.get_untracked().zip(query.get_untracked().map(|query| query.place)) else {
            return;
        };
        let area = TextArea::new(&area);
        query.set(None);
        match row {
            Row::Prompt(Prompt { text, .. }) => {
                let start = place.start;
                area.write(place, &text);
                if let Some(blank) = blank_after(&area.text(), start) {
                    area.select(blank);
                }
            }
            Row::Model { id, .. } => {
                area.write(place, "");
                models.once.set(Some(id));
            }
        }
    };
    let look = move |area: &TextArea| {
        let found = area.caret().and_then(|caret| Query::at(&area.text(), caret));
        at.set(0);
        query.maybe_update(|query| std::mem::replace(query, found.clone()) != found);
    };
    let press_key = move |area: &TextArea, key: &str| {
        let rows = rows.get_untracked();
        match key {
            "Tab" if rows.is_empty() => {
                let blank = area.selection_end().and_then(|from| blank_after(&area.text(), from));
                return blank.map(|blank| area.select(blank)).is_some();
            }
            "Escape" if query.with_untracked(Option::is_some) && (!rows.is_empty() || untrack(has_none)) => {
                query.set(None);
            }
            _ if rows.is_empty() => return false,
            "ArrowDown" => at.update(|at| *at = (*at + 1) % rows.len()),
            "ArrowUp" => at.update(|at| *at = (*at + rows.len() - 1) % rows.len()),
            "Enter" | "Tab" => {
                if let Some(row) = rows.get(at.get_untracked().min(rows.len() - 1)) {
                    choose(row.clone());
                }
            }
            _ => return false,
        }
        true
    };
    in_browser(move || {
        let Some(area) = area.get() else { return };
        let before =
            Before { typed: Box::new(look), pressed: Box::new(press_key), left: Box::new(move || query.set(None)) };
        // Somebody may have begun while this was on its way.
        look(&TextArea::new(&area));
        let listening = SendWrapper::new(on_text_area(&area, before));
        on_cleanup(move || drop(listening));
    });
    in_browser(move || {
        let shown = rows.with(Vec::len);
        let active = at.get();
        if let Some(area) = area.get_untracked() {
            let active = (shown > 0).then(|| format!("choice-{}", active.min(shown - 1)));
            TextArea::new(&area).points_at(active.is_some().then_some(LIST), active.as_deref());
        }
        if let Some(list) = list.get_untracked() {
            reveal(&list, "[aria-selected=true]");
        }
    });
    let found = move || {
        let count = rows.with(Vec::len);
        (count > 0).then(|| LaterMsg::Suggested { count }.text())
    };
    let title = move || if sought_is(query, Sought::Model) { LaterMsg::ModelOnce } else { LaterMsg::Prompts }.text();
    let once = Memo::new(move |_| models.once.get());
    let once_name = move || once.get().map(|id| models.name_of(&id)).unwrap_or_default();
    view! {
        <span class="offscreen" role="status">
            {found}
        </span>
        <Only when=move || !rows.with(Vec::is_empty)>
            <div
                class="choices"
                id=LIST
                role="listbox"
                aria-label=title
                // It scrolls, and a scroller has to be within reach of the keyboard.
                tabindex="0"
                node_ref=list
                // The text area keeps the focus.
                on:pointerdown=|event| event.prevent_default()
                on:click=move |event| {
                    let pressed = value_at(&event, "data-at").and_then(|at| at.parse::<usize>().ok());
                    if let Some(row) = pressed.and_then(|at| rows.with_untracked(|rows| rows.get(at).cloned())) {
                        choose(row);
                    }
                }
            >
                {move || rows.get().into_iter().enumerate().map(|(index, row)| row_view(index, row, at)).collect_view()}
            </div>
        </Only>
        <Only when=has_none>
            <p class="choices choices-none" on:pointerdown=|event| event.prevent_default()>
                {LaterMsg::NoPrompts.text()}
                " "
                <a href="/settings#prompts">{LaterMsg::WritePrompts.text()}</a>
            </p>
        </Only>
        <Only when=move || once.with(Option::is_some)>
            <p class="once">
                <span>{move || LaterMsg::AskedOnce { model: once_name() }.text()}</span>
                <IconButton
                    class="small"
                    action="not-once"
                    icon=Glyph::Close
                    label=LaterMsg::NotOnce.text()
                    press=move |()| {
                        models.once.set(None);
                        if let Some(area) = area.get_untracked() {
                            crate::browser::focus(&area);
                        }
                    }
                />
            </p>
        </Only>
    }
    .into_any()
}

fn sought_is(query: RwSignal<Option<Query>>, sought: Sought) -> bool {
    query.with(|query| query.as_ref().is_some_and(|query| query.sought == sought))
}

fn row_view(index: usize, row: Row, at: RwSignal<usize>) -> AnyView {
    let (name, more) = match row {
        Row::Prompt(Prompt { name, text }) => (name, text.chars().take(SHOWN).collect()),
        Row::Model { name, provider, .. } => (name, provider),
    };
    view! {
        <div
            class="choice"
            id=format!("choice-{index}")
            role="option"
            data-at=index.to_string()
            aria-selected=move || (at.get() == index).to_string()
        >
            <span class="choice-name" dir="auto">{name}</span>
            " "
            <span class="choice-more" dir="auto">{more}</span>
        </div>
    }
    .into_any()
}

/// The prompts whose name has this in it; those that begin with it come first.
fn prompts_named(prompts: Vec<Prompt>, words: &str) -> Vec<Row> {
    let words = words.to_ascii_lowercase();
    let place = |prompt: &Prompt| prompt.name.to_ascii_lowercase().find(&words);
    let mut found: Vec<_> = prompts.into_iter().filter_map(|it| Some((place(&it)? > 0, it))).collect();
    found.sort_by_key(|(inside, _)| *inside);
    found.into_iter().take(MOST).map(|(_, prompt)| Row::Prompt(prompt)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_that_begin_with_what_is_typed_come_first() {
        let prompts = ["In short", "Short", "Translate", "short story"];
        let prompts: Vec<_> = prompts.iter().map(|name| Prompt { name: (*name).into(), text: "…".into() }).collect();
        let names = |words: &str| -> Vec<String> {
            let name = |row| match row {
                Row::Prompt(prompt) => prompt.name,
                Row::Model { id, .. } => id,
            };
            prompts_named(prompts.clone(), words).into_iter().map(name).collect()
        };
        assert_eq!(names("short"), ["Short", "short story", "In short"]);
        assert_eq!(names(""), ["In short", "Short", "Translate", "short story"]);
        assert!(names("nothing of it").is_empty());
    }
}
