//! The page's own keys, and the dialog that tells them.
//!
//! Single keys, outside of text fields: no browser, no input method and no screen layer wants these. Whoever speaks to the
//! machine, or leans on keys, can turn them off.

use crate::{
    browser::{focus_on, focus_on_next_page, forget, leave_field, on_chord, on_key, recall, remember},
    later::later,
    palette::palette_view,
    sidebar::Drawer,
    text::{LaterMsg, Msg},
    ui::{Glyph, IconButton, Later, Make, Toasts, in_browser, modal},
};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use send_wrapper::SendWrapper;
use std::{borrow::Cow, sync::Arc};

const COMPOSER: &str = ".composer-text";
/// Holds `off` where single keys do nothing.
const REMEMBERED: &str = "brooklet.keys";

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    NewChat,
    Compose,
    Sidebar,
    Help,
}

fn act(key: &str) -> Option<Act> {
    Some(match key {
        "n" | "N" => Act::NewChat,
        "m" | "M" => Act::Compose,
        "s" | "S" => Act::Sidebar,
        "?" => Act::Help,
        _ => return None,
    })
}

/// Listens to the keys, and shows them while `help` is set.
#[component]
pub fn Keyboard(help: RwSignal<bool>) -> impl IntoView {
    let drawer = Drawer::of_page();
    let navigate = use_navigate();
    let (on, palette) = (RwSignal::new(true), RwSignal::new(false));
    in_browser(move || {
        let chord = SendWrapper::new(on_chord("k", move || palette.update(|open| *open = !*open)));
        on_cleanup(move || drop(chord));
    });
    in_browser(move || on.set(recall(REMEMBERED).as_deref() != Some("off")));
    in_browser(move || {
        let navigate = navigate.clone();
        let perform = move |act| match act {
            Act::NewChat => {
                navigate("/", Default::default());
                focus_on_next_page(COMPOSER);
            }
            Act::Compose => {
                focus_on(COMPOSER);
            }
            Act::Sidebar => drawer.toggle(),
            Act::Help => help.set(true),
        };
        let listener = SendWrapper::new(on_key(move |key, writing| {
            match act(key) {
                Some(act) if !writing && on.get_untracked() => perform(act),
                // Out of the text field, where the keys are.
                None if key == "Escape" && drawer.is_open_now() => drawer.close(),
                None if key == "Escape" && writing => {
                    let left = leave_field();
                    // What can be read takes the focus, so that the keys scroll it.
                    focus_on(".thread");
                    return left;
                }
                _ => return false,
            }
            true
        }));
        on_cleanup(move || drop(listener));
    });
    view! {
        <Later when=help close=move |()| help.set(false) view=move || help_view(help, on) />
        <Later when=palette close=move |()| palette.set(false) view=move || palette_view(palette, help) />
    }
}

later! {
    fn help_view(help: RwSignal<bool>, on: RwSignal<bool>) -> Make {
        Arc::new(move || view! { <Help help on /> }.into_any())
    }
}

#[component]
fn Help(help: RwSignal<bool>, on: RwSignal<bool>) -> impl IntoView {
    let (dialog, close) = modal(None);
    let toasts = Toasts::of_page();
    let switch = move |event| {
        let checked = event_target_checked(&event);
        on.set(checked);
        if checked {
            forget(REMEMBERED);
        } else if !remember(REMEMBERED, "off") {
            toasts.say_once(Msg::NotKept.text());
        }
    };
    let rows = [
        ("Ctrl + K", LaterMsg::Palette.text()),
        ("N", Msg::NewChat.text()),
        ("M", LaterMsg::WriteMessage.text()),
        ("S", LaterMsg::ToggleSidebar.text()),
        ("?", Msg::Keys.text()),
        ("Esc", LaterMsg::LeaveField.text()),
        ("Esc Esc", LaterMsg::StopByKeys.text()),
        ("Enter", Msg::Send.text()),
        ("Shift + Enter", LaterMsg::NewLine.text()),
        ("↑", LaterMsg::EditLast.text()),
        ("/", LaterMsg::Prompts.text()),
        ("@", LaterMsg::ModelOnce.text()),
    ];
    let row = |(key, words): (&'static str, Cow<'static, str>)| {
        view! {
            <div class="keys-row">
                <dt>
                    <kbd>{key}</kbd>
                </dt>
                <dd>{words}</dd>
            </div>
        }
        .into_any()
    };
    view! {
        <dialog
            class="keys"
            aria-labelledby="keys-heading"
            closedby="any"
            node_ref=dialog
            on:close=move |_| help.set(false)
        >
            <div class="keys-head">
                <h2 id="keys-heading">{Msg::Keys.text()}</h2>
                <IconButton class="small" action="close-keys" icon=Glyph::Close label=LaterMsg::Close.text() press=close />
            </div>
            <dl class="keys-list">{rows.map(row).into_iter().collect_view()}</dl>
            <label class="keys-switch">
                <input type="checkbox" prop:checked=move || on.get() on:change=switch />
                <span>{LaterMsg::KeysOn.text()}</span>
            </label>
        </dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_keys_do_something() {
        assert_eq!(act("n"), Some(Act::NewChat));
        assert_eq!(act("?"), Some(Act::Help));
        for key in ["a", "Enter", "Escape", "/", "'", "ArrowDown", "Dead", "Process", ""] {
            assert_eq!(act(key), None, "{key}");
        }
    }
}
