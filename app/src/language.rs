//! The reader's choice of a language: as the browser has it, or one of those that are there.
//!
//! The server draws by it, so a choice loads the page again, at the same address. Nothing is lost by that: the browser keeps drafts,
//! and replies are not the page's.

use crate::{
    browser::{cookie, load_again, set_cookie},
    text::{Language, Msg},
    ui::{Glyph, Menu, MenuItem, Toasts, in_browser},
    visit,
};
use leptos::prelude::*;
use std::borrow::Cow;

const CHOICES: [Option<Language>; 3] = [None, Some(Language::English), Some(Language::Chinese)];

/// The choice that this browser keeps. Copy it into any callback.
#[derive(Clone, Copy)]
struct Chosen {
    language: RwSignal<Option<Language>>,
    toasts: Toasts,
}

impl Chosen {
    fn of_page() -> Self {
        let language = RwSignal::new(None);
        in_browser(move || language.set(cookie(visit::LANGUAGE).and_then(|name| Language::from_name(&name))));
        Self { language, toasts: Toasts::of_page() }
    }

    fn choose(self, choice: Option<Language>) {
        if choice == self.language.get_untracked() {
            return;
        }
        if set_cookie(visit::LANGUAGE, choice.map(Language::name)) {
            load_again();
        } else {
            // Without the cookie the page would come back as it is.
            self.toasts.say(Msg::NotKept.text());
        }
    }
}

/// Beside light and dark.
#[component]
pub fn LanguageMenu() -> impl IntoView {
    let chosen = Chosen::of_page();
    let items = move || {
        let item = |choice: Option<Language>| MenuItem {
            action: choice.map_or("browser", Language::name),
            icon: choice.map_or(Glyph::System, |_| Glyph::Language),
            words: words(choice),
            chosen: Some(chosen.language.get() == choice),
            danger: false,
            press: Callback::new(move |()| chosen.choose(choice)),
        };
        CHOICES.map(item).to_vec()
    };
    view! {
        <Menu
            class="language"
            action="language"
            icon=Glyph::Language
            label=Msg::Language.text()
            items=Signal::derive(items)
        />
    }
}

/// Among the settings.
#[component]
pub fn LanguageChoice() -> impl IntoView {
    let chosen = Chosen::of_page();
    let choose = move |event| chosen.choose(Language::from_name(&event_target_value(&event)));
    let option = move |choice: Option<Language>| {
        let selected = move || chosen.language.get() == choice;
        view! {
            <option value=choice.map_or("", Language::name) lang=choice.map(Language::tag) selected=selected>
                {words(choice)}
            </option>
        }
        .into_any()
    };
    view! {
        <section class="settings-part">
            <label class="field">
                <span>{Msg::Language.text()}</span>
                <select name="language" on:change=choose>
                    {CHOICES.map(option).into_iter().collect_view()}
                </select>
            </label>
        </section>
    }
    .into_any()
}

fn words(choice: Option<Language>) -> Cow<'static, str> {
    choice.map_or(Msg::LanguageOfBrowser, Msg::LanguageName).text()
}
