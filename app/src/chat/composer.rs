//! Where a person writes.

use super::{
    draft::{Destination, Draft, Standing},
    model_picker::ModelPicker,
    reply::stop_reply,
};
use crate::{
    browser::{fit_rows, forget, is_plain_enter, recall, remember},
    stream::Thread,
    text::{Msg, sentence},
    ui::{Asking, Button, Only, Problem, in_browser},
    wire::{self, ConversationId, Error, MessageId, RequestId, Sent},
};
use leptos::{html, prelude::*, server_fn::codec::Json, task::spawn_local};
use leptos_router::hooks::use_navigate;

/// Stores a message and begins its reply.
#[server(name = SendMessageCall, prefix = "/api", endpoint = "send_message", input = Json, output = Json)]
pub async fn send_message(
    request: RequestId,
    conversation: Option<ConversationId>,
    parent: Option<MessageId>,
    edits: Option<MessageId>,
    text: String,
    model: Option<String>,
) -> Result<Sent, Error> {
    let message = wire::SendMessage { request, conversation, parent, edits, text, model };
    crate::backend::backend()?.send_message(message).await
}

async fn send(message: wire::SendMessage) -> Result<Sent, Error> {
    let wire::SendMessage { request, conversation, parent, edits, text, model } = message;
    send_message(request, conversation, parent, edits, text, model).await
}

/// More rows than this scroll.
const MOST_ROWS: usize = 12;

/// Whether the composer that comes next takes the focus: the first message of a new chat leads to another page with another
/// composer, and whoever typed goes on typing.
#[derive(Clone, Copy)]
pub struct Handover(StoredValue<bool>);

impl Handover {
    pub fn new() -> Self {
        Self(StoredValue::new(false))
    }

    fn give(self) {
        self.0.set_value(true);
    }

    fn take(self) -> bool {
        self.0.try_update_value(std::mem::take).unwrap_or_default()
    }
}

#[component]
pub fn Composer(
    /// The conversation to write to; a new one without it.
    #[prop(optional)]
    thread: Option<Thread>,
) -> impl IntoView {
    let area = NodeRef::<html::Textarea>::new();
    let draft = RwSignal::new(Draft::default());
    let model = RwSignal::new(None::<String>);
    let running = Memo::new(move |_| running_reply(thread));
    let key = draft_key(thread);
    let navigate = use_navigate();
    let handover = use_context::<Handover>();

    in_browser({
        let key = key.clone();
        move || {
            let Some(area) = area.get() else { return };
            // Whoever typed before the page woke up keeps that.
            if let Some(text) = recall(&key).filter(|_| area.value().is_empty()) {
                area.set_value(&text);
            }
            fit_rows(&area, MOST_ROWS);
            if handover.is_some_and(Handover::take) {
                // A text area that cannot take the focus can still be clicked.
                let _ = area.focus();
            }
        }
    });
    in_browser(move || {
        if running.get().is_none() {
            draft.maybe_update(|draft| {
                let before = draft.standing.clone();
                draft.reply_ended();
                draft.standing != before
            });
        }
    });
    let typed = {
        let key = key.clone();
        move |_| {
            let Some(area) = area.get_untracked() else { return };
            fit_rows(&area, MOST_ROWS);
            match area.value() {
                text if text.is_empty() => forget(&key),
                // A draft that is too large to be remembered is still in the text area.
                text => drop(remember(&key, &text)),
            }
        }
    };
    let submit = move || {
        let Some(area) = area.get_untracked() else { return };
        let to = Destination {
            conversation: thread.map(|thread| thread.id),
            parent: thread.and_then(|thread| thread.path().with_untracked(|path| path.last().copied())),
            model: model.get_untracked(),
            reply_runs: running.get_untracked().is_some(),
        };
        let Some(message) = draft.try_update(|draft| draft.press(&area.value(), to)).flatten() else { return };
        let (key, navigate) = (key.clone(), navigate.clone());
        spawn_local(async move {
            let text = message.text.clone();
            let answer = send(message).await;
            if answer.is_ok() && recall(&key).as_deref() == Some(&text) {
                forget(&key);
            }
            // Whoever went elsewhere meanwhile stays there.
            if draft.is_disposed() {
                return;
            }
            match answer {
                Ok(sent) => {
                    draft.update(Draft::sent);
                    area.set_value("");
                    fit_rows(&area, MOST_ROWS);
                    match thread {
                        Some(thread) => thread.show(sent.message),
                        None => {
                            if let Some(handover) = handover {
                                handover.give();
                            }
                            navigate(&format!("/c/{}", sent.conversation), Default::default());
                        }
                    }
                }
                Err(error) => draft.update(|draft| draft.failed(error)),
            }
        });
    };
    let press_key = {
        let submit = submit.clone();
        move |event: leptos::ev::KeyboardEvent| {
            if is_plain_enter(&event) {
                event.prevent_default();
                submit();
            }
        }
    };
    let sending = Memo::new(move |_| draft.with(|draft| draft.standing == Standing::Sending));
    let words = move || if sending.get() { Msg::Sending } else { Msg::Send }.text();
    view! {
        <form class="composer" aria-label=Msg::Composer.text() on:submit=|event| event.prevent_default()>
            <Words draft />
            <textarea
                class="composer-text"
                name="text"
                rows="1"
                autocomplete="off"
                aria-label=Msg::YourMessage.text()
                placeholder=Msg::YourMessage.text()
                readonly=move || sending.get()
                aria-busy=move || sending.get().to_string()
                node_ref=area
                on:input=typed
                on:keydown=press_key
            ></textarea>
            <div class="composer-row">
                <ModelPicker model last=thread.and_then(last_model) />
                <Stop running />
                <Button class="button primary" action="send" words disabled=sending press=submit />
            </div>
        </form>
    }
    .into_any()
}

/// Why the draft is still there.
#[component]
fn Words(draft: RwSignal<Draft>) -> impl IntoView {
    let words = move || {
        draft.with(|draft| match &draft.standing {
            Standing::Idle | Standing::Sending => None,
            Standing::Failed(error) => Some(Msg::NotSent { why: sentence(error).into_owned() }.text()),
            Standing::ReplyRuns => Some(Msg::WaitForReply.text()),
        })
    };
    view! { <Problem words /> }
}

/// Ends the running reply, whoever began it.
#[component]
fn Stop(
    /// The reply that runs on the shown branch.
    running: Memo<Option<MessageId>>,
) -> impl IntoView {
    let stopping = RwSignal::new(None::<MessageId>);
    let asking = Asking::new();
    let press = move || {
        let Some(reply) = running.get_untracked() else { return };
        stopping.set(Some(reply));
        asking.ask(async move {
            let answer = stop_reply(reply).await;
            if answer.is_err() {
                stopping.try_set(None);
            }
            answer
        });
    };
    let is_stopping = move || stopping.get().is_some() && stopping.get() == running.get();
    let words = move || if is_stopping() { Msg::Stopping } else { Msg::Stop }.text();
    view! {
        <Only when=move || running.get().is_some()>
            <Problem words=move || asking.problem() />
            <Button class="button" action="stop" words disabled=is_stopping press />
        </Only>
    }
}

/// The reply that is being written at the end of the shown path.
fn running_reply(thread: Option<Thread>) -> Option<MessageId> {
    thread?.leaf().and_then(|(id, status)| status.is_running().then_some(id))
}

/// The model of the newest reply that is shown.
fn last_model(thread: Thread) -> Option<String> {
    let path = thread.path().get_untracked();
    path.iter().rev().find_map(|id| thread.peek(*id, |message| message.model.clone()).flatten())
}

fn draft_key(thread: Option<Thread>) -> String {
    thread.map_or_else(|| "brooklet.draft.new".into(), |thread| format!("brooklet.draft.{}", thread.id))
}
