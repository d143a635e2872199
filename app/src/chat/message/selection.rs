//! What is copied by hand. A browser would copy the signs of a formula one below the other; its source is what can be used.

use crate::{
    browser::{copy_both, is_in_selection, is_within, plain, rich, selected_copy},
    later::later,
    text::Msg,
    ui::Toasts,
};
use leptos::{ev::Event, task::spawn_local};

/// A formula that is typeset.
const FORMULA: &str = ".math[data-source]";

/// At a copy of what is selected: where there are formulas in it, they are copied as LaTeX, and as MathML in rich text.
pub fn copied(event: &Event, toasts: Toasts) {
    if is_within(event, "textarea, input") || !is_in_selection(FORMULA) {
        return;
    }
    event.prevent_default();
    spawn_local(async move {
        if copy_selection().await.is_err() {
            toasts.say(Msg::PartNotLoaded.text());
        }
    });
}

later! {
    fn copy_selection() -> () {
        if let Some(selected) = selected_copy(FORMULA) {
            let (text, html) = (plain(&selected), rich(&selected));
            spawn_local(async move {
                // Where a browser lets nobody copy, nothing is lost: it is still selected.
                copy_both(&text, &html).await;
            });
        }
    }
}
