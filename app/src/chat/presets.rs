//! Presets: setups with a name and a model, to begin with.

use crate::{
    browser::focus_soon,
    preferred::Preferred,
    text::LaterMsg,
    ui::{Button, Field, Only, Problem, in_browser},
    wire::{Preferences, Preset, Setup},
};
use leptos::prelude::*;

/// The presets above a setup: one fills the fields, and what is in the fields can be kept as one.
#[component]
pub fn Presets(
    /// The model that the chosen preset is for.
    model: RwSignal<Option<String>>,
    /// The one that is chosen on the page.
    current: RwSignal<Option<String>>,
    /// What the conversation has, once that is known.
    stands: Signal<Option<Setup>>,
    /// What is in the fields.
    #[prop(into)]
    read: Callback<(), Setup>,
    /// Fills them.
    #[prop(into)]
    show: Callback<Setup>,
) -> impl IntoView {
    let preferred = Preferred::of_person();
    let (chosen, name) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let names = Memo::new(move |_| {
        preferred.with(|preferences| preferences.presets.iter().map(|preset| preset.name.clone()).collect::<Vec<_>>())
    });
    let (unnamed, said) = (RwSignal::new(false), RwSignal::new(None));
    // The one that the conversation has.
    let in_force = move || {
        let setup = stands.get().filter(|setup| *setup != Setup::default())?;
        let named = |preferences: &Preferences| {
            let found = preferences.presets.iter().find(|preset| preset.setup == setup);
            found.map(|preset| preset.name.clone())
        };
        preferred.with(named).flatten()
    };
    in_browser(move || {
        if let Some(found) = in_force()
            && untrack(|| chosen.with(String::is_empty))
        {
            chosen.set(found.clone());
            name.set(found);
        }
    });
    let choose = move |event: leptos::ev::Event| {
        let wanted = event_target_value(&event);
        let found =
            preferred.with(|preferences| preferences.presets.iter().find(|preset| preset.name == wanted).cloned());
        let none = || {
            // Nothing, or what the conversation had of its own.
            let setup = untrack(|| if in_force().is_some() { None } else { stands.get() }).unwrap_or_default();
            Preset { setup, ..Preset::default() }
        };
        let preset = found.flatten().unwrap_or_else(none);
        said.set(None);
        chosen.set(wanted.clone());
        name.set(wanted);
        model.set(preset.model);
        show.run(preset.setup);
    };
    let keep = move |()| {
        let wanted = name.get_untracked().trim().to_owned();
        unnamed.set(wanted.is_empty());
        if wanted.is_empty() {
            focus_soon("[name=preset_name]".to_owned());
            return;
        }
        let preset = Preset { name: wanted.clone(), model: current.get_untracked(), setup: read.run(()) };
        preferred.change(|preferences| match preferences.presets.iter_mut().find(|known| known.name == wanted) {
            Some(known) => *known = preset,
            None => preferences.presets.push(preset),
        });
        model.set(current.get_untracked());
        let is_saved = stands.with_untracked(|stands| stands.as_ref() == Some(&read.run(())));
        said.set(Some(LaterMsg::PresetKept { name: wanted.clone(), is_saved }.text()));
        chosen.set(wanted);
    };
    let delete = move |()| {
        let gone = chosen.get_untracked();
        preferred.change(|preferences| preferences.presets.retain(|preset| preset.name != gone));
        // Its name and what it held stay in the fields: it is kept anew by one press.
        chosen.set(String::new());
        model.set(None);
        said.set(Some(LaterMsg::PresetDeleted.text()));
        focus_soon("[data-action=keep-preset]".to_owned());
    };
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        // Enter here keeps a preset; it does not save the setup.
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            keep(());
        }
    };
    let options = move || {
        let chosen = chosen.get();
        let option = |name: String| {
            let selected = name == chosen;
            let value = name.clone();
            view! { <option value=value selected=selected>{name}</option> }.into_any()
        };
        names.get().unwrap_or_default().into_iter().map(option).collect_view()
    };
    let problem = move || if unnamed.get() { Some(LaterMsg::NamePreset.text()) } else { preferred.problem() };
    let with_model = move || model.get().map(|model| LaterMsg::PresetModel { model }.text());
    let delete_words = Signal::derive(move || LaterMsg::DeletePreset { name: chosen.get() }.text());
    view! {
        <div class="presets">
            <Only when=move || names.with(|names| names.as_ref().is_some_and(|names| !names.is_empty()))>
                <label class="field">
                    <span>{LaterMsg::Preset.text()}</span>
                    <select name="preset" on:change=choose>
                        <option value="">{LaterMsg::NoPreset.text()}</option>
                        {options}
                    </select>
                </label>
                <p class="field-words">{with_model}</p>
            </Only>
            <details class="preset-keep">
                <summary>{LaterMsg::KeepPreset.text()}</summary>
                <div on:keydown=press_key>
                    <Field name="preset_name" words=LaterMsg::PresetName.text() value=name />
                </div>
                <div class="provider-actions">
                    <Button class="button small" action="keep-preset" words=LaterMsg::KeepPreset.text() press=keep />
                    <Only when=move || chosen.with(|chosen| !chosen.is_empty())>
                        <Button class="button small danger" action="delete-preset" words=delete_words press=delete />
                    </Only>
                </div>
                <p class="field-words">{LaterMsg::PresetIs.text()}</p>
            </details>
            <p class="field-words" role="status">{move || said.get()}</p>
            <Problem words=problem />
        </div>
    }
    .into_any()
}
