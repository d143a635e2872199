//! The sidebar: a way to a new chat, and the conversations, the newest first.

pub mod row;

use crate::{
    stream::List,
    text::{Msg, sentence},
    ui::first_read,
    wire::{ConversationId, Error},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{components::A, hooks::use_location};
use row::Row;

#[component]
pub fn Sidebar() -> impl IntoView {
    let list = List::of_page();
    let page = first_read(crate::stream::first_page());
    // On a phone the list is a drawer; wide windows show it always.
    let open = RwSignal::new(false);
    let path = use_location().pathname;
    let shown = Memo::new(move |_| shown_conversation(&path.read()));
    Effect::new(move |_| {
        path.track();
        open.set(false);
    });
    view! {
        <nav class="sidebar" aria-label=Msg::Conversations.text() data-open=move || open.get().to_string()>
            <div class="sidebar-head">
                <button
                    class="button quiet sidebar-toggle"
                    type="button"
                    aria-expanded=move || open.get().to_string()
                    aria-controls="conversations"
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {move || if open.get() { Msg::CloseConversations } else { Msg::OpenConversations }.text()}
                </button>
                <A href="/" attr:class="button sidebar-new">
                    {Msg::NewChat.text()}
                </A>
            </div>
            <div class="sidebar-list" id="conversations">
                <Suspense fallback=|| {
                    view! { <p class="sidebar-words">{Msg::Loading.text()}</p> }
                }>
                    {move || Suspend::new(async move {
                        match page.await {
                            Ok(page) => {
                                list.fill(page);
                                view! { <Rows list shown /> }.into_any()
                            }
                            Err(error) => view! { <p class="problem">{sentence(&error)}</p> }.into_any(),
                        }
                    })}
                </Suspense>
            </div>
        </nav>
    }
}

#[component]
fn Rows(
    list: List,
    /// The conversation of the page.
    shown: Memo<Option<ConversationId>>,
) -> impl IntoView {
    let ids = Memo::new(move |_| list.rows().with(|rows| rows.rows().iter().map(|row| row.conversation).collect()));
    let each = move || -> Vec<ConversationId> { ids.get() };
    view! {
        <Show when=move || list.rows().with(|rows| rows.rows().is_empty())>
            <p class="sidebar-words">{Msg::NoConversations.text()}</p>
        </Show>
        <ul class="sidebar-rows">
            <For each key=|id| *id let:id>
                <Row list id shown />
            </For>
        </ul>
        <More list />
    }
}

#[component]
fn More(list: List) -> impl IntoView {
    let reading = RwSignal::new(false);
    let problem = RwSignal::new(None::<Error>);
    let read = move |_| {
        reading.set(true);
        problem.set(None);
        spawn_local(async move {
            problem.try_set(list.read_older().await.err());
            reading.try_set(false);
        });
    };
    view! {
        <Show when=move || list.more().get()>
            <button class="button quiet sidebar-more" type="button" disabled=move || reading.get() on:click=read>
                {move || if reading.get() { Msg::Loading } else { Msg::MoreConversations }.text()}
            </button>
            <p class="problem" role="alert">
                {move || problem.get().as_ref().map(sentence)}
            </p>
        </Show>
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
