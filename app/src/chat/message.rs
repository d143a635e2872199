//! One message: who, what, how it stands, and what can be done with it.

use super::{
    paragraphs::{Growth, Paragraphs, paragraphs},
    reply::regenerate_reply,
};
use crate::{
    browser::{begin_paragraph, clear, copy, extend_last, text_of},
    stream::Thread,
    text::{Msg, sentence},
    wire::{Error, Message, MessageId, PartKind, Role, Status},
};
use leptos::{html, prelude::*, task::spawn_local};

#[component]
pub fn MessageView(thread: Thread, id: MessageId) -> impl IntoView {
    let role = thread.peek(id, |message| message.role).unwrap_or(Role::System);
    let status = Memo::new(move |_| thread.read(id, |message| message.status).unwrap_or(Status::Complete));
    let kinds = Memo::new(move |_| thread.read(id, part_kinds).unwrap_or_default());
    let author = Memo::new(move |_| thread.read(id, author).unwrap_or_default());
    view! {
        <article
            class="message"
            data-message=id.to_string()
            data-role=role_name(role)
            data-status=move || status_name(status.get())
        >
            <h2 class="message-author">{author}</h2>
            <For each=move || kinds.get() key=|part| *part let((index, kind))>
                <PartView thread id index kind />
            </For>
            <Standing thread id status />
            <Actions thread id role status />
        </article>
    }
    .into_any()
}

#[component]
fn PartView(
    thread: Thread,
    id: MessageId,
    /// Of the message's parts.
    index: usize,
    kind: PartKind,
) -> impl IntoView {
    match kind {
        PartKind::Text => view! { <TextView thread id index name="text" /> }.into_any(),
        PartKind::Reasoning => view! {
            <details class="message-reasoning">
                <summary>{Msg::Reasoning.text()}</summary>
                <TextView thread id index name="reasoning" />
            </details>
        }
        .into_any(),
    }
}

/// The text of a part. The first paint is a view like any other; from then on new text is appended to its nodes, and
/// nothing that was drawn is touched again.
#[component]
fn TextView(
    thread: Thread,
    id: MessageId,
    index: usize,
    /// What the element says it is, in `data-part`.
    name: &'static str,
) -> impl IntoView {
    let text = part_text(thread, id, index);
    let block = NodeRef::<html::Div>::new();
    let mut drawn = Paragraphs::default();
    drawn.grow(&text);
    let mut replacements = thread.replacements(id);
    // A parser of HTML changes these characters; whoever takes over its page draws such a text anew.
    let mut doubtful = text.contains(['\r', '\0']);
    Effect::new(move |_| {
        let Some(block) = block.get() else { return };
        let replaced = thread.replacements(id);
        doubtful |= std::mem::replace(&mut replacements, replaced) != replaced;
        thread.read(id, |message| {
            let Some(part) = message.parts.get(index) else { return };
            if std::mem::take(&mut doubtful) && !part.text.starts_with(&text_of(&block)) {
                clear(&block);
                drawn = Paragraphs::default();
            }
            for growth in drawn.grow(&part.text) {
                match growth {
                    Growth::Extend(range) => extend_last(&block, &part.text[range]),
                    Growth::Begin(range) => begin_paragraph(&block, &part.text[range]),
                }
            }
        });
    });
    let first = paragraphs(&text).into_iter().map(|text| view! { <p>{text.to_owned()}</p> }).collect_view();
    view! {
        <div class="text" data-part=name node_ref=block>
            {first}
        </div>
    }
}

fn part_text(thread: Thread, id: MessageId, index: usize) -> String {
    let text = thread.peek(id, |message| message.parts.get(index).map(|part| part.text.clone()));
    text.flatten().unwrap_or_default()
}

/// How the message stands, in words, where it is not simply complete.
#[component]
fn Standing(thread: Thread, id: MessageId, status: Memo<Status>) -> impl IntoView {
    let error = Memo::new(move |_| thread.read(id, |message| message.error.clone()).flatten());
    let words = move || match status.get() {
        Status::Waiting => Some(Msg::Waiting),
        Status::Streaming => Some(Msg::Writing),
        Status::Complete => None,
        Status::Stopped => Some(Msg::Stopped),
        Status::Failed => Some(Msg::Failed),
        Status::Interrupted => Some(Msg::Interrupted),
    };
    view! {
        <p class="message-standing">
            {move || words().map(|msg| msg.text())}
            <span class="message-error">{move || error.get().as_ref().map(sentence)}</span>
        </p>
    }
}

#[component]
fn Actions(thread: Thread, id: MessageId, role: Role, status: Memo<Status>) -> impl IntoView {
    let usage = Memo::new(move |_| thread.read(id, |message| message.usage).flatten());
    let words = move || usage.get().and_then(Msg::usage);
    let can_regenerate = Memo::new(move |_| {
        let last = thread.path().with(|path| path.last() == Some(&id));
        last && role == Role::Assistant && !status.get().is_running()
    });
    view! {
        <footer class="message-actions">
            <Copy thread id />
            <Show when=move || can_regenerate.get()>
                <Regenerate thread id />
            </Show>
            <span class="message-usage">{words}</span>
        </footer>
    }
}

#[component]
fn Copy(thread: Thread, id: MessageId) -> impl IntoView {
    let copied = RwSignal::new(None::<bool>);
    let press = move |_| {
        let Some(text) = thread.peek(id, Message::text) else { return };
        spawn_local(async move {
            copied.try_set(Some(copy(&text).await));
        });
    };
    let words = move || match copied.get() {
        None => Msg::Copy.text(),
        Some(true) => Msg::Copied.text(),
        Some(false) => Msg::NotCopied.text(),
    };
    // A button's own words are not read out when they change.
    let told = move || copied.get().is_some().then(words);
    view! {
        <button class="button quiet" type="button" data-action="copy" on:click=press>
            {words}
        </button>
        <span class="offscreen" role="status">
            {told}
        </span>
    }
}

#[component]
fn Regenerate(thread: Thread, id: MessageId) -> impl IntoView {
    let asking = RwSignal::new(false);
    let problem = RwSignal::new(None::<Error>);
    let press = move |_| {
        asking.set(true);
        problem.set(None);
        spawn_local(async move {
            match regenerate_reply(id).await {
                Ok(sent) => thread.show(sent.reply),
                Err(error) => drop(problem.try_set(Some(error))),
            }
            asking.try_set(false);
        });
    };
    view! {
        <button
            class="button quiet"
            type="button"
            data-action="regenerate"
            disabled=move || asking.get()
            on:click=press
        >
            {Msg::Regenerate.text()}
        </button>
        <span class="problem" role="alert">
            {move || problem.get().as_ref().map(sentence)}
        </span>
    }
}

fn author(message: &Message) -> String {
    match (message.role, &message.model) {
        (Role::User, _) => Msg::You.text().into_owned(),
        (Role::Assistant, Some(model)) => model.clone(),
        (Role::Assistant, None) => Msg::Assistant.text().into_owned(),
        (Role::System, _) => Msg::System.text().into_owned(),
        (Role::Tool, _) => Msg::Tool.text().into_owned(),
    }
}

fn part_kinds(message: &Message) -> Vec<(usize, PartKind)> {
    message.parts.iter().map(|part| part.kind).enumerate().collect()
}

fn role_name(role: Role) -> &'static str {
    match role {
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::System => "system",
        Role::Tool => "tool",
    }
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Waiting => "waiting",
        Status::Streaming => "streaming",
        Status::Complete => "complete",
        Status::Stopped => "stopped",
        Status::Failed => "failed",
        Status::Interrupted => "interrupted",
    }
}
