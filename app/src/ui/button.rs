//! A button that does something at once.

use leptos::prelude::*;
use std::borrow::Cow;

#[component]
pub fn Button(
    /// All its classes.
    class: &'static str,
    /// What it does, in `data-action`.
    action: &'static str,
    /// What it says.
    #[prop(into)]
    words: Signal<Cow<'static, str>>,
    /// What it says to whom it is read out, where its words alone do not tell.
    #[prop(optional, into)]
    label: Signal<Option<Cow<'static, str>>>,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(into)] press: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            class=class
            type="button"
            data-action=action
            aria-label=move || label.get()
            disabled=move || disabled.get()
            on:click=move |_| press.run(())
        >
            {move || words.get()}
        </button>
    }
}
