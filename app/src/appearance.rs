//! Light or dark: by the system, or by the reader's choice.
//!
//! Styles go by `data-theme` on `<html>`. The server sets it from a cookie, so the first paint is right; this changes it.

use crate::{
    browser::{root_attribute, set_attribute, set_cookie, set_root_attribute},
    text::Msg,
    ui::{Glyph, Menu, MenuItem, Toasts, in_browser},
    visit::{self, Theme},
};
use leptos::prelude::*;
use std::borrow::Cow;

pub const CHOICES: [Option<Theme>; 3] = [None, Some(Theme::Light), Some(Theme::Dark)];

/// The reader's choice, for all that shows it.
#[derive(Clone, Copy)]
pub struct Appearance {
    theme: RwSignal<Option<Theme>>,
    toasts: Toasts,
}

impl Appearance {
    pub fn new(toasts: Toasts) -> Self {
        let theme = RwSignal::new(None::<Theme>);
        in_browser(move || theme.set(root_attribute("data-theme").and_then(|name| Theme::from_name(&name))));
        Self { theme, toasts }
    }

    /// The one of this page.
    pub fn of_page() -> Self {
        use_context().unwrap_or_else(|| Self::new(Toasts::of_page()))
    }

    /// Light, dark, or as the system is.
    pub fn choose(self, choice: Option<Theme>) {
        self.theme.set(choice);
        show(choice);
        if !set_cookie(visit::THEME, choice.map(Theme::name)) {
            self.toasts.say_once(Msg::NotKept.text());
        }
    }
}

#[component]
pub fn AppearanceMenu() -> impl IntoView {
    let appearance = Appearance::of_page();
    let theme = appearance.theme;
    let items = move || {
        let item = |choice: Option<Theme>| MenuItem {
            action: choice.map_or("system", Theme::name),
            icon: glyph(choice),
            words: words(choice),
            chosen: Some(theme.get() == choice),
            danger: false,
            press: Callback::new(move |()| appearance.choose(choice)),
        };
        CHOICES.map(item).to_vec()
    };
    view! {
        <Menu
            class="appearance"
            action="appearance"
            icon=Signal::derive(move || glyph(theme.get()))
            label=Msg::Appearance.text()
            items=Signal::derive(items)
        />
    }
}

fn show(choice: Option<Theme>) {
    set_root_attribute("data-theme", choice.map(Theme::name));
    // The browser's own bars.
    for theme in [Theme::Light, Theme::Dark] {
        let selector = format!("meta[name='theme-color'][media*='{}']", theme.name());
        set_attribute(&selector, "content", choice.unwrap_or(theme).colour());
    }
}

pub fn glyph(choice: Option<Theme>) -> Glyph {
    match choice {
        None => Glyph::System,
        Some(Theme::Light) => Glyph::Sun,
        Some(Theme::Dark) => Glyph::Moon,
    }
}

pub fn words(choice: Option<Theme>) -> Cow<'static, str> {
    match choice {
        None => Msg::ThemeSystem,
        Some(Theme::Light) => Msg::ThemeLight,
        Some(Theme::Dark) => Msg::ThemeDark,
    }
    .text()
}
