//! What can be done with a block of code. Its buttons are part of the text's HTML; this hears them.

use crate::{
    browser::{Element, Timer, all_in, around, copy, pressed, select_all, text_of},
    text::Msg,
    ui::Toasts,
};
use leptos::{prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;

/// How long a button says what it did.
const SAYING_MS: u64 = 2_000;

/// What was done, as long as it is said.
#[derive(Clone, Copy)]
pub struct Saying {
    words: RwSignal<Option<Msg>>,
    ends: StoredValue<Option<SendWrapper<Timer>>>,
    toasts: Toasts,
}

impl Saying {
    pub fn new() -> Self {
        Self { words: RwSignal::new(None), ends: StoredValue::new(None), toasts: Toasts::of_page() }
    }
}

/// Does what a button in a text says, if that is what was pressed.
pub fn press(event: &leptos::ev::MouseEvent, saying: Saying) {
    let Some((button, action)) = pressed(event, "data-action") else { return };
    let Some(figure) = around(&button, "figure") else { return };
    match action.as_str() {
        "copy-code" => copy_code(figure, button, saying),
        "wrap-code" => {
            let wraps = figure.toggle_attribute("data-wrap").unwrap_or(false);
            // The name is one that every browser takes.
            let _ = button.set_attribute("aria-pressed", if wraps { "true" } else { "false" });
        }
        _ => {}
    }
}

/// A button's own words are not read out when they change.
#[component]
pub fn Said(saying: Saying) -> impl IntoView {
    view! {
        <span class="offscreen" role="status">
            {move || saying.words.with(|words| words.as_ref().map(Msg::text))}
        </span>
    }
}

fn copy_code(figure: Element, button: Element, saying: Saying) {
    let Some(code) = all_in(&figure, "code").into_iter().next() else { return };
    let text = text_of(&code);
    spawn_local(async move {
        if !copy(&text).await {
            select_all(&code);
            saying.toasts.say(Msg::CodeSelected.text());
            return;
        }
        let words = Msg::Copied;
        button.set_text_content(Some(&words.text()));
        saying.words.try_set(Some(words));
        let end = Timer::after(SAYING_MS, move || {
            button.set_text_content(Some(&Msg::Copy.text()));
            saying.words.try_set(None);
        });
        saying.ends.try_set_value(end.map(SendWrapper::new));
    });
}
