//! The sidebar: a way to a new chat, and the conversations by day, the newest first.

mod days;
pub mod deleted;
mod drawer;
pub mod rename;
mod row;
mod rows;
mod top;

pub use deleted::Deleted;
pub use drawer::Drawer;
pub use top::TopBar;

use crate::{
    appearance::AppearanceMenu,
    browser::{is_link, set_cookie, wall_ms},
    language::LanguageMenu,
    stream::{List, first_page},
    text::{Msg, sentence},
    ui::{Glyph, Icon, IconButton, PageLink, Problem, first_read, in_browser},
    visit::{self, Visit},
    wire::{ConversationId, ConversationList, Error},
};
use days::{Calendar, Zone};
use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;
use rows::{Rows, fill_window};
use serde::{Deserialize, Serialize};

/// What the server read for the first paint, and by which clock it drew that.
#[derive(Clone, Serialize, Deserialize)]
struct First {
    page: Result<ConversationList, Error>,
    zone: i32,
    now: u64,
}

#[component]
pub fn Sidebar(
    /// Opens what tells the keys.
    #[prop(into)]
    help: Callback<()>,
) -> impl IntoView {
    let list = List::of_page();
    let drawer = Drawer::of_page();
    let Visit { zone, now, .. } = use_context().unwrap_or_default();
    let first = first_read(async move { First { page: first_page().await, zone, now } });
    let path = use_location().pathname;
    let shown = Memo::new(move |_| shown_conversation(&path.read()));
    in_browser(move || {
        path.track();
        drawer.close();
    });
    in_browser(|| {
        // For the next first paint; where it is not kept, that paint is by UTC, and nobody is told.
        set_cookie(visit::ZONE, Some(&crate::browser::minutes_east(wall_ms()).to_string()));
    });
    let scroller = NodeRef::<html::Div>::new();
    let press = move |event: leptos::ev::MouseEvent| {
        // The conversation that is shown already changes no path.
        if is_link(&event) {
            drawer.close();
        }
    };
    let rail_words = move || if drawer.is_rail() { Msg::ExpandSidebar } else { Msg::CollapseSidebar }.text();
    view! {
        <nav
            class="sidebar"
            id="sidebar"
            aria-label=Msg::Conversations.text()
            data-open=move || drawer.is_open().to_string()
            on:click=press
        >
            <div class="sidebar-head">
                <a href="/" class="sidebar-mark">
                    <Icon glyph=Glyph::Brook />
                    <span>{Msg::Name.text()}</span>
                </a>
                <IconButton
                    class="sidebar-rail"
                    action="rail"
                    icon=Glyph::Sidebar
                    label=rail_words
                    key="s"
                    expanded=move || Some(!drawer.is_rail())
                    press=move || drawer.toggle_rail()
                />
                <IconButton
                    class="sidebar-close"
                    action="close-sidebar"
                    icon=Glyph::Close
                    label=Msg::CloseConversations.text()
                    press=move || drawer.close()
                />
            </div>
            <PageLink href="/" class="sidebar-new" title=Msg::NewChatKey.text() key="n">
                <Icon glyph=Glyph::New />
                <span>{Msg::NewChat.text()}</span>
            </PageLink>
            <div class="sidebar-list" node_ref=scroller on:scroll=move |_| fill_window(list, scroller)>
                <Suspense fallback=|| {
                    view! { <p class="sidebar-words">{Msg::Loading.text()}</p> }
                }>
                    {move || Suspend::new(async move {
                        let First { page, zone, now } = first.await;
                        match page {
                            Ok(page) => {
                                list.fill(page);
                                let calendar = RwSignal::new(Calendar::new(Zone::Fixed(zone), now));
                                view! { <Rows list shown calendar scroller /> }.into_any()
                            }
                            Err(error) => view! { <Problem words=Some(sentence(&error)) /> }.into_any(),
                        }
                    })}
                </Suspense>
            </div>
            <div class="sidebar-foot">
                <AppearanceMenu />
                <LanguageMenu />
                <PageLink href="/settings" class="icon-button" title=Msg::Settings.text() label=Msg::Settings.text()>
                    <Icon glyph=Glyph::Settings />
                </PageLink>
                <IconButton action="help" icon=Glyph::Help label=Msg::Keys.text() key="?" press=help />
            </div>
        </nav>
        // What is behind the drawer; a click on it closes the drawer.
        <div class="sidebar-backdrop" on:click=move |_| drawer.close()></div>
    }
}

fn shown_conversation(path: &str) -> Option<ConversationId> {
    path.strip_prefix("/c/")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_names_the_conversation() {
        let id = "0190b5e0-0000-7000-8000-000000000001";
        assert_eq!(shown_conversation(&format!("/c/{id}")).map(|id| id.to_string()).as_deref(), Some(id));
        for path in ["/", "/c/", "/c/x", "/settings"] {
            assert_eq!(shown_conversation(path), None);
        }
    }
}
