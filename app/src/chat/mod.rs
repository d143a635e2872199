//! The chat: a new one at `/`, and a conversation at `/c/{conversation}`.

mod address;
mod announcer;
mod columns;
pub mod composer;
mod desk;
mod following;
pub mod highlight;
mod message;
mod model_picker;
mod notice;
mod paragraphs;
mod presets;
mod reader;
pub mod reading;
pub mod reply;
pub mod setup;
mod thread;
mod unsaved;
mod welcome;
mod window;

use crate::{
    backend::set_page_status,
    stream::{List, Thread, follow, newest_page},
    text::{Msg, sentence},
    ui::{PageTitle, first_read, patiently},
    wire::{self, Code, ConversationId, Error, MessageId, OnServer},
};
use address::{keep_address, named_branch};
use composer::Composer;
pub use desk::Desk;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
pub use message::MessageView;
pub use model_picker::list_models;
pub use notice::NoticeBar;
use reading::keep_read;
use thread::ThreadView;
pub use unsaved::Unsaved;
use welcome::{Suggestions, Welcome};

/// `/`: nothing was said yet.
#[component]
pub fn NewChat() -> impl IntoView {
    let notice = follow(List::of_page(), None);
    view! {
        <PageTitle words=Msg::NewChat.text() />
        <div class="chat" data-empty="true">
            <NoticeBar notice />
            <Welcome />
            <Composer notice />
            <Suggestions />
        </div>
    }
}

/// `/c/{conversation}`.
#[component]
pub fn ConversationPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("conversation").and_then(|id| id.parse::<ConversationId>().ok()));
    // Each conversation is a component of its own: leaving it ends all that it began, its stream first of all.
    view! {
        {move || match id.get() {
            Some(id) => view! { <Loading id /> }.into_any(),
            None => view! { <Missing error=Error::new(Code::NotFound, Msg::NoSuchConversation.text()) /> }.into_any(),
        }}
    }
}

/// One read of messages and cursor, made by the server and not made again when the browser takes over.
#[component]
fn Loading(id: ConversationId) -> impl IntoView {
    let branch = named_branch();
    let on_server = use_context::<OnServer>().is_some();
    let page = first_read(async move {
        if on_server { newest_page(id, branch).await } else { patiently(|| newest_page(id, branch)).await }
    });
    view! {
        <Suspense fallback=|| {
            view! { <p class="blank">{Msg::Loading.text()}</p> }
        }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => view! { <Chat page branch /> }.into_any(),
                    Err(error) => view! { <Missing error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Chat(
    page: wire::ConversationPage,
    /// The message through which it was read.
    branch: Option<MessageId>,
) -> impl IntoView {
    let list = List::of_page();
    let (cursor, read) = (page.cursor, page.summary.clone());
    let page_unread = read.unread;
    let thread = Thread::new(page, branch);
    let notice = follow(list, Some((thread, cursor)));
    let desk = Desk::new(thread, notice);
    keep_address(desk);
    keep_read(desk, list, page_unread);
    let gone = thread.gone();
    // The sidebar's row is followed; the row of the read stands in for it where the sidebar does not hold it.
    let title = Memo::new(move |_| {
        Msg::conversation_title(list.get(thread.id).map_or_else(|| read.title.clone(), |row| row.title))
    });
    let busy = Signal::derive(move || list.get(thread.id).is_some_and(|row| row.running));
    view! {
        <PageTitle words=Signal::derive(move || title.get()) busy />
        <div class="chat">
            // The sidebar shows it; who reads by headings needs it here.
            <h1 class="offscreen">{move || title.get()}</h1>
            <NoticeBar notice />
            {move || {
                if gone.get() {
                    view! { <Gone /> }.into_any()
                } else {
                    view! {
                        <ThreadView desk />
                        <Composer desk notice />
                    }
                        .into_any()
                }
            }}
        </div>
    }
}

/// Somebody deleted the conversation while it was read.
#[component]
fn Gone() -> impl IntoView {
    view! {
        <div class="blank" role="status">
            <h1>{Msg::ConversationDeleted.text()}</h1>
            <p>
                <a href="/">{Msg::StartNewChat.text()}</a>
            </p>
        </div>
    }
}

/// The conversation cannot be shown.
#[component]
fn Missing(error: Error) -> impl IntoView {
    set_page_status(error.code.status());
    // The sidebar stays current.
    let notice = follow(List::of_page(), None);
    let known = error.code == Code::NotFound;
    let title = if known { Msg::NoSuchConversation } else { Msg::NotLoaded }.text();
    let more = (!known).then(|| sentence(&error));
    view! {
        <PageTitle words=title.clone() />
        <div class="chat">
            <NoticeBar notice />
            <div class="blank">
                <h1>{title}</h1>
                {more
                    .map(|words| {
                        // Loads the page anew: the server is asked once more, with or without scripts.
                        view! {
                            <p>{words}</p>
                            <p>
                                <a href="" rel="external">
                                    {Msg::TryAgain.text()}
                                </a>
                            </p>
                        }
                    })}
                <p>
                    <a href="/">{Msg::StartNewChat.text()}</a>
                </p>
            </div>
        </div>
    }
}
