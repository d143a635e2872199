//! The sidebar: a way to a new chat, and the conversations, the newest first.

pub mod row;

use crate::{
    stream::List,
    text::{Msg, sentence},
    ui::{Asking, Button, Each, Only, Problem, first_read, in_browser},
    wire::ConversationId,
};
use leptos::prelude::*;
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
    in_browser(move || {
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
                            Err(error) => view! { <Problem words=Some(sentence(&error)) /> }.into_any(),
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
    let ids = Memo::new(move |_| {
        list.rows().with(|rows| rows.rows().iter().map(|row| row.conversation).collect::<Vec<ConversationId>>())
    });
    view! {
        <Only when=move || list.rows().with(|rows| rows.rows().is_empty())>
            <p class="sidebar-words">{Msg::NoConversations.text()}</p>
        </Only>
        <ul class="sidebar-rows">
            <Each items=ids key=|id| id.0.as_u128() let:id>
                <Row list id shown />
            </Each>
        </ul>
        <More list />
    }
}

#[component]
fn More(list: List) -> impl IntoView {
    let reading = Asking::new();
    let words = move || if reading.runs() { Msg::Loading } else { Msg::MoreConversations }.text();
    let read = move || reading.ask(list.read_older());
    view! {
        <Only when=move || list.more().get()>
            <Button
                class="button quiet sidebar-more"
                action="more"
                words
                disabled=move || reading.runs()
                press=read
            />
            <Problem words=move || reading.problem() />
        </Only>
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
