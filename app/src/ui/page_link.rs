//! A link to a page of ours.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use std::borrow::Cow;

/// It is marked while its page is shown. The router follows it without a load, as it does every link of the page; its own `A`
/// would bring more code for the same.
#[component]
pub fn PageLink(
    #[prop(optional)] class: &'static str,
    /// The path, as the address bar shows it.
    #[prop(into)]
    href: String,
    /// What a pointer that rests on it is told.
    #[prop(optional, into)]
    title: Option<Cow<'static, str>>,
    /// What it says, where it is a drawing.
    #[prop(optional, into)]
    label: Option<Cow<'static, str>>,
    /// The key that does the same, as `aria-keyshortcuts` writes it.
    #[prop(optional)]
    key: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let path = use_location().pathname;
    let page = href.clone();
    let current = Memo::new(move |_| (*path.read() == page).then_some("page"));
    view! {
        <a
            class=class
            href=href
            title=title
            aria-label=label
            aria-keyshortcuts=key
            aria-current=move || current.get()
        >
            {children()}
        </a>
    }
}
