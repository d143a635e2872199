//! A button that is a drawing.

use super::{Glyph, Icon};
use leptos::{html, prelude::*};
use std::borrow::Cow;

/// Its label is read out, and shown by the browser to a pointer that rests on it.
#[component]
pub fn IconButton(
    /// Classes besides its own: `small`, `primary`, `round`, or what a feature calls it.
    #[prop(optional)]
    class: &'static str,
    /// What it does, in `data-action`.
    action: &'static str,
    #[prop(into)] icon: Signal<Glyph>,
    /// What it does, in words.
    #[prop(into)]
    label: Signal<Cow<'static, str>>,
    /// The key that does the same, as `aria-keyshortcuts` writes it; the tooltip shows it.
    #[prop(optional)]
    key: Option<&'static str>,
    /// It opens something, and this says whether that is open.
    #[prop(optional, into)]
    expanded: Signal<Option<bool>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    /// For whoever brings the focus back here.
    #[prop(optional)]
    node_ref: NodeRef<html::Button>,
    #[prop(into)] press: Callback<()>,
) -> impl IntoView {
    let title = move || match key {
        Some(key) => format!("{} ({})", label.get(), key.to_ascii_uppercase()).into(),
        None => label.get(),
    };
    view! {
        <button
            class=format!("icon-button {class}")
            type="button"
            data-action=action
            title=title
            aria-label=move || label.get()
            aria-keyshortcuts=key
            aria-expanded=move || expanded.get().map(|expanded| expanded.to_string())
            disabled=move || disabled.get()
            node_ref=node_ref
            on:click=move |_| press.run(())
        >
            <Icon glyph=icon />
        </button>
    }
}
