//! The bar on top of a phone's page: the way to the conversations, where one is, and the way to a new chat.

use super::drawer::Drawer;
use crate::{
    text::Msg,
    ui::{Glyph, Heading, Icon, IconButton, PageLink},
};
use leptos::prelude::*;

#[component]
pub fn TopBar() -> impl IntoView {
    let drawer = Drawer::of_page();
    let heading = Heading::of_page();
    view! {
        <header class="top">
            <IconButton
                class="top-menu"
                action="open-sidebar"
                icon=Glyph::Menu
                label=Msg::OpenConversations.text()
                expanded=move || Some(drawer.is_open())
                press=move || drawer.open()
            />
            // Without scripts nothing opens: the list stands below the page, and this leads to it.
            <a class="top-jump" href="#sidebar">
                {Msg::Conversations.text()}
            </a>
            // The page's own heading says it to those who listen.
            <span class="top-title" aria-hidden="true">
                {move || heading.words()}
            </span>
            <PageLink href="/" class="icon-button top-new" title=Msg::NewChat.text() label=Msg::NewChat.text()>
                <Icon glyph=Glyph::New />
            </PageLink>
        </header>
    }
}
