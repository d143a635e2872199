//! One conversation of the sidebar, and what can be done with it.

use super::{
    deleted::{self, Deleted, Go},
    rename::rename_view,
};
use crate::{
    stream::List,
    text::Msg,
    ui::{Glyph, Later, Mark, Menu, MenuItem, Only, PageLink},
    wire::ConversationId,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use std::{borrow::Cow, sync::Arc};

#[component]
pub fn Row(
    list: List,
    id: ConversationId,
    /// The conversation of the page.
    shown: Memo<Option<ConversationId>>,
) -> impl IntoView {
    let row = Memo::new(move |_| list.get(id));
    let title = Signal::derive(move || Msg::conversation_title(row.get().map(|row| row.title).unwrap_or_default()));
    let running = Memo::new(move |_| row.with(|row| row.as_ref().is_some_and(|row| row.running)));
    // What is shown is being read.
    let unread =
        Memo::new(move |_| shown.get() != Some(id) && row.with(|row| row.as_ref().is_some_and(|row| row.unread)));
    let renaming = RwSignal::new(false);
    let mark = move || match (running.get(), unread.get()) {
        (true, _) => Some(view! { <Mark state="running" words=Msg::Running /> }),
        (false, true) => Some(view! { <Mark state="unread" words=Msg::Unread /> }),
        (false, false) => None,
    };
    view! {
        <li
            class="sidebar-row"
            data-conversation=id.to_string()
            data-running=move || running.get().to_string()
            data-unread=move || unread.get().to_string()
        >
            <Only when=move || !renaming.get()>
                <PageLink href=format!("/c/{id}") class="sidebar-link">
                    <span class="sidebar-title">{move || title.get()}</span>
                </PageLink>
                {mark}
                <Tools list id shown title renaming />
            </Only>
            <Later
                when=renaming
                close=move |()| renaming.set(false)
                view=move || rename_view(list, id, renaming)
            />
        </li>
    }
    .into_any()
}

#[component]
fn Tools(
    list: List,
    id: ConversationId,
    shown: Memo<Option<ConversationId>>,
    title: Signal<Cow<'static, str>>,
    renaming: RwSignal<bool>,
) -> impl IntoView {
    let deleted = Deleted::of_page();
    let navigate = use_navigate();
    let rename = Callback::new(move |()| renaming.set(true));
    let go: Go = Arc::new(move |path: &str| navigate(path, Default::default()));
    let delete = Callback::new(move |()| {
        // Whoever sees the menu has the later file, where it comes from.
        let deleting = deleted::delete(deleted, list, id, shown.get_untracked() == Some(id), go.clone());
        spawn_local(async move { drop(deleting.await) });
    });
    let items = move || {
        vec![
            MenuItem {
                action: "rename",
                icon: Glyph::Edit,
                words: Msg::Rename.text(),
                chosen: None,
                danger: false,
                press: rename,
            },
            MenuItem {
                action: "delete",
                icon: Glyph::Trash,
                words: Msg::Delete.text(),
                chosen: None,
                danger: true,
                press: delete,
            },
        ]
    };
    view! {
        <Menu
            class="small sidebar-tools"
            action="row-menu"
            icon=Glyph::More
            label=move || Msg::OptionsOf { title: title.get().into_owned() }.text()
            items=Signal::derive(items)
        />
    }
}
