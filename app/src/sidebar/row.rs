//! One conversation of the sidebar, and what can be done with it.

use crate::{
    stream::List,
    text::{Msg, sentence},
    wire::{ConversationId, Error, Event, Summary},
};
use leptos::{html, prelude::*, server_fn::codec::Json, task::spawn_local};
use leptos_router::{components::A, hooks::use_navigate};

/// Gives a conversation another title; `seen` is the version that the writer saw.
#[server(prefix = "/api", endpoint = "rename_conversation", input = Json, output = Json)]
pub async fn rename_conversation(conversation: ConversationId, title: String, seen: u64) -> Result<Summary, Error> {
    crate::backend::backend()?.rename_conversation(conversation, title, seen).await
}

/// Deletes a conversation and ends its running replies.
#[server(prefix = "/api", endpoint = "delete_conversation", input = Json, output = Json)]
pub async fn delete_conversation(conversation: ConversationId) -> Result<(), Error> {
    crate::backend::backend()?.delete_conversation(conversation).await
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Doing {
    #[default]
    Nothing,
    Renaming,
    /// Asks before it deletes.
    Deleting,
}

#[component]
pub fn Row(
    list: List,
    id: ConversationId,
    /// The conversation of the page.
    shown: Memo<Option<ConversationId>>,
) -> impl IntoView {
    let row = Memo::new(move |_| list.get(id));
    let title = Signal::derive(move || Msg::conversation_title(row.get().map(|row| row.title).unwrap_or_default()));
    let running = move || row.with(|row| row.as_ref().is_some_and(|row| row.running));
    let doing = RwSignal::new(Doing::default());
    let view = move || match doing.get() {
        Doing::Nothing => view! { <Tools title doing /> }.into_any(),
        Doing::Renaming => view! { <Rename list id doing /> }.into_any(),
        Doing::Deleting => view! { <Delete id shown doing /> }.into_any(),
    };
    view! {
        <li class="sidebar-row" data-conversation=id.to_string() data-running=move || running().to_string()>
            <A href=format!("/c/{id}") attr:class="sidebar-link">
                <span class="sidebar-title">{title}</span>
                <Show when=running>
                    <span class="sidebar-running" role="img" aria-label=Msg::Running.text()></span>
                </Show>
            </A>
            {view}
        </li>
    }
}

#[component]
fn Tools(title: Signal<String>, doing: RwSignal<Doing>) -> impl IntoView {
    view! {
        <div class="sidebar-tools">
            <button
                class="button quiet small"
                type="button"
                data-action="rename"
                aria-label=move || Msg::RenameOf { title: title.get() }.text()
                on:click=move |_| doing.set(Doing::Renaming)
            >
                {Msg::Rename.text()}
            </button>
            <button
                class="button quiet small"
                type="button"
                data-action="delete"
                aria-label=move || Msg::DeleteOf { title: title.get() }.text()
                on:click=move |_| doing.set(Doing::Deleting)
            >
                {Msg::Delete.text()}
            </button>
        </div>
    }
}

#[component]
fn Rename(list: List, id: ConversationId, doing: RwSignal<Doing>) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let problem = RwSignal::new(None::<Error>);
    // What the writer saw, whatever somebody else does meanwhile.
    let seen = untrack(|| list.get(id));
    let (title, version) = seen.map(|row| (row.title, row.version)).unwrap_or_default();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // A field that cannot take the focus can still be clicked.
            let _ = field.focus();
            field.select();
        }
    });
    let save = move || {
        let Some(title) = field.get_untracked().map(|field| field.value()) else { return };
        problem.set(None);
        spawn_local(async move {
            match rename_conversation(id, title, version).await {
                Ok(summary) => {
                    list.apply(&Event::Summary(summary));
                    doing.try_set(Doing::Nothing);
                }
                Err(error) => drop(problem.try_set(Some(error))),
            }
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save();
    };
    let press_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            doing.set(Doing::Nothing);
        }
    };
    view! {
        <form class="sidebar-form" on:submit=submit on:keydown=press_key>
            <input
                class="sidebar-field"
                name="title"
                maxlength="200"
                required
                aria-label=Msg::Title.text()
                value=title
                node_ref=field
            />
            <button class="button small primary" type="submit">
                {Msg::Save.text()}
            </button>
            <button class="button small" type="button" on:click=move |_| doing.set(Doing::Nothing)>
                {Msg::Cancel.text()}
            </button>
            <p class="problem" role="alert">
                {move || problem.get().as_ref().map(sentence)}
            </p>
        </form>
    }
}

#[component]
fn Delete(id: ConversationId, shown: Memo<Option<ConversationId>>, doing: RwSignal<Doing>) -> impl IntoView {
    let deleting = RwSignal::new(false);
    let problem = RwSignal::new(None::<Error>);
    let navigate = use_navigate();
    let delete = move |_| {
        deleting.set(true);
        problem.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            // The row goes when the stream says so.
            match delete_conversation(id).await {
                Ok(()) if shown.try_get_untracked().flatten() == Some(id) => navigate("/", Default::default()),
                Ok(()) => {}
                Err(error) => {
                    problem.try_set(Some(error));
                    deleting.try_set(false);
                }
            }
        });
    };
    view! {
        <div class="sidebar-form">
            <button
                class="button small danger"
                type="button"
                data-action="delete-for-good"
                disabled=move || deleting.get()
                on:click=delete
            >
                {move || if deleting.get() { Msg::Deleting } else { Msg::DeleteForGood }.text()}
            </button>
            <button
                class="button small"
                type="button"
                disabled=move || deleting.get()
                on:click=move |_| doing.set(Doing::Nothing)
            >
                {Msg::Cancel.text()}
            </button>
            <p class="problem" role="alert">
                {move || problem.get().as_ref().map(sentence)}
            </p>
        </div>
    }
}
