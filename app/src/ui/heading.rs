//! What the shown page is called: in the window's title, and in the bar on top of a phone's page.

use super::in_browser;
use crate::{text::Msg, wire::OnServer};
use leptos::prelude::*;
use leptos_meta::Title;
use std::borrow::Cow;

/// The shown page's name and whether it is at work, for whoever stands outside of it. Empty until the page is awake.
#[derive(Clone, Copy)]
pub struct Heading {
    words: RwSignal<Cow<'static, str>>,
    busy: RwSignal<bool>,
}

impl Heading {
    pub fn new() -> Self {
        Self { words: RwSignal::default(), busy: RwSignal::default() }
    }

    /// The one of this page.
    pub fn of_page() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    pub fn words(self) -> Cow<'static, str> {
        self.words.get()
    }

    pub fn is_busy(self) -> bool {
        self.busy.get()
    }
}

impl Default for Heading {
    fn default() -> Self {
        Self::new()
    }
}

/// Names the page; each page has one.
#[component]
pub fn PageTitle(
    #[prop(into)] words: Signal<Cow<'static, str>>,
    /// A reply is being written in it.
    #[prop(optional, into)]
    busy: Signal<bool>,
) -> impl IntoView {
    let heading = Heading::of_page();
    in_browser(move || heading.words.set(words.get()));
    in_browser(move || heading.busy.set(busy.get()));
    let text = move || Msg::PageTitle { title: words.get().into_owned(), busy: busy.get() }.text().into_owned();
    // On the server the title is written when the page is drawn already, and by then the thread may draw another page, whose
    // signals it would read: it panicked, or would have named that page. So there it is read here, once.
    let drawn = use_context::<OnServer>().map(|_| untrack(text));
    view! { <Title text=move || drawn.clone().unwrap_or_else(text) /> }
}
