//! One conversation of the sidebar, and what can be done with it.

use crate::{
    stream::List,
    text::Msg,
    ui::{Asking, Button, Only, Problem, in_browser},
    wire::{ConversationId, Error, Event, Summary},
};
use leptos::{html, prelude::*, server_fn::codec::Json};
use leptos_router::{components::A, hooks::use_navigate};
use std::borrow::Cow;

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

/// Brings back what was deleted less than a minute ago.
#[server(prefix = "/api", endpoint = "undelete_conversation", input = Json, output = Json)]
pub async fn undelete_conversation(conversation: ConversationId) -> Result<Summary, Error> {
    crate::backend::backend()?.undelete_conversation(conversation).await
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
    view! {
        <li class="sidebar-row" data-conversation=id.to_string() data-running=move || running().to_string()>
            <A href=format!("/c/{id}") attr:class="sidebar-link">
                <span class="sidebar-title">{move || title.get()}</span>
                <Only when=running>
                    <span class="sidebar-running" role="img" aria-label=Msg::Running.text()></span>
                </Only>
            </A>
            {move || match doing.get() {
                Doing::Nothing => view! { <Tools title doing /> }.into_any(),
                Doing::Renaming => view! { <Rename list id doing /> }.into_any(),
                Doing::Deleting => view! { <Delete id shown doing /> }.into_any(),
            }}
        </li>
    }
}

#[component]
fn Tools(title: Signal<Cow<'static, str>>, doing: RwSignal<Doing>) -> impl IntoView {
    view! {
        <div class="sidebar-tools">
            <Button
                class="button quiet small"
                action="rename"
                words=Msg::Rename.text()
                label=move || Some(Msg::RenameOf { title: title.get().into_owned() }.text())
                press=move || doing.set(Doing::Renaming)
            />
            <Button
                class="button quiet small"
                action="delete"
                words=Msg::Delete.text()
                label=move || Some(Msg::DeleteOf { title: title.get().into_owned() }.text())
                press=move || doing.set(Doing::Deleting)
            />
        </div>
    }
}

#[component]
fn Rename(list: List, id: ConversationId, doing: RwSignal<Doing>) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let saving = Asking::new();
    // What the writer saw, whatever somebody else does meanwhile.
    let seen = untrack(|| list.get(id));
    let (title, version) = seen.map(|row| (row.title, row.version)).unwrap_or_default();
    in_browser(move || {
        if let Some(field) = field.get() {
            // A field that cannot take the focus can still be clicked.
            let _ = field.focus();
            field.select();
        }
    });
    let save = move || {
        let Some(title) = field.get_untracked().map(|field| field.value()) else { return };
        saving.ask(async move {
            let summary = rename_conversation(id, title, version).await?;
            list.apply(&Event::Summary(summary));
            doing.try_set(Doing::Nothing);
            Ok(())
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
            <Button
                class="button small"
                action="cancel"
                words=Msg::Cancel.text()
                press=move || doing.set(Doing::Nothing)
            />
            <Problem words=move || saving.problem() />
        </form>
    }
}

#[component]
fn Delete(id: ConversationId, shown: Memo<Option<ConversationId>>, doing: RwSignal<Doing>) -> impl IntoView {
    let deleting = Asking::new();
    let words = move || if deleting.runs() { Msg::Deleting } else { Msg::DeleteForGood }.text();
    let navigate = use_navigate();
    let delete = move || {
        let navigate = navigate.clone();
        // The row goes when the stream says so.
        deleting.ask_once(async move {
            delete_conversation(id).await?;
            if shown.try_get_untracked().flatten() == Some(id) {
                navigate("/", Default::default());
            }
            Ok(())
        });
    };
    view! {
        <div class="sidebar-form">
            <Button
                class="button small danger"
                action="delete-for-good"
                words
                disabled=move || deleting.runs()
                press=delete
            />
            <Button
                class="button small"
                action="cancel"
                words=Msg::Cancel.text()
                disabled=move || deleting.runs()
                press=move || doing.set(Doing::Nothing)
            />
            <Problem words=move || deleting.problem() />
        </div>
    }
}
