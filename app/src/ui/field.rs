//! A field for one line, with its name above it and what there is to say of it below.

use leptos::prelude::*;
use std::{
    borrow::Cow,
    sync::atomic::{AtomicU32, Ordering},
};

#[component]
pub fn Field(
    /// As forms and tests call it.
    name: &'static str,
    /// What stands above it.
    words: Cow<'static, str>,
    /// `text` by default. A `url` may come without its scheme, which browsers do not take for one.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    #[prop(optional, into)] placeholder: Signal<Option<String>>,
    #[prop(optional)] required: bool,
    /// Of a number: its least, its most, and its step.
    #[prop(optional)]
    range: Option<[&'static str; 3]>,
    /// What is written in it.
    value: RwSignal<String>,
    /// What stands below it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (kind, mode) = if kind == "url" { ("text", Some("url")) } else { (kind, None) };
    let [min, max, step] = range.map_or([None; 3], |range| range.map(Some));
    // Two forms may have a field of the same name.
    static MADE: AtomicU32 = AtomicU32::new(0);
    let id = MADE.fetch_add(1, Ordering::Relaxed);
    let (field, about) = (format!("field-{id}"), format!("about-{id}"));
    view! {
        <div class="field">
            <label for=field.clone()>{words}</label>
            <input
                id=field
                aria-describedby=children.is_some().then(|| about.clone())
                required=required
                type=kind
                inputmode=mode
                name=name
                autocomplete=autocomplete
                spellcheck="false"
                placeholder=move || placeholder.get()
                min=min
                max=max
                step=step
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
            {children
                .map(|children| {
                    view! {
                        <p class="field-words" id=about>
                            {children()}
                        </p>
                    }
                })}
        </div>
    }
    .into_any()
}
