//! What went wrong, in words, where it went wrong.

use leptos::prelude::*;
use std::borrow::Cow;

/// It is read out when it comes.
#[component]
pub fn Problem(#[prop(into)] words: Signal<Option<Cow<'static, str>>>) -> impl IntoView {
    view! {
        <p class="problem" role="alert">
            {move || words.get()}
        </p>
    }
}
