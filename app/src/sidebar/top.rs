//! The bar on top of a phone's page: the way to the conversations, where one is, and the way to a new chat.

use super::drawer::Drawer;
use crate::{
    text::Msg,
    ui::{Glyph, Heading, Icon, IconButton},
};
use leptos::prelude::*;
use leptos_router::components::A;

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
            <A href="/" attr:class="icon-button top-new" attr:title=Msg::NewChat.text() attr:aria-label=Msg::NewChat.text()>
                <Icon glyph=Glyph::New />
            </A>
        </header>
    }
}
