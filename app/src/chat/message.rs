//! One message: who, what, how it stands, and what can be done with it.

use super::{
    paragraphs::{Growth, Paragraphs, paragraphs},
    reply::regenerate_reply,
};
use crate::{
    browser::{begin_paragraph, clear, copy, extend_last, text_of},
    stream::Thread,
    text::{Msg, sentence},
    ui::{Asking, Button, Each, Only, Problem, in_browser},
    wire::{Message, MessageId, PartKind, Role, Status},
};
use leptos::{html, prelude::*, task::spawn_local};
use std::borrow::Cow;

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
            data-status=move || status_name(status.get()).to_string()
        >
            <h2 class="message-author">{move || author.get()}</h2>
            <Each items=kinds key=part_key let((index, kind))>
                <PartView thread id index kind />
            </Each>
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
    in_browser(move || {
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
    let first = paragraphs(&text).into_iter().map(|text| view! { <p>{text.to_owned()}</p> }.into_any()).collect_view();
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
    let error = Memo::new(move |_| thread.read(id, |message| message.error.as_ref().map(sentence)).flatten());
    view! {
        <p class="message-standing">
            {move || standing(status.get()).map(Msg::text)}
            <span class="message-error">{move || error.get()}</span>
        </p>
    }
}

#[component]
fn Actions(thread: Thread, id: MessageId, role: Role, status: Memo<Status>) -> impl IntoView {
    let usage = Memo::new(move |_| thread.read(id, |message| message.usage.and_then(Msg::usage)).flatten());
    let can_regenerate = Memo::new(move |_| {
        let last = thread.path().with(|path| path.last() == Some(&id));
        last && role == Role::Assistant && !status.get().is_running()
    });
    view! {
        <footer class="message-actions">
            <Copy thread id />
            <Only when=can_regenerate>
                <Regenerate thread id />
            </Only>
            <span class="message-usage">{move || usage.get()}</span>
        </footer>
    }
}

#[component]
fn Copy(thread: Thread, id: MessageId) -> impl IntoView {
    let copied = RwSignal::new(None::<bool>);
    let press = move || {
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
    view! {
        <Button class="button quiet" action="copy" words press />
        // A button's own words are not read out when they change.
        <span class="offscreen" role="status">
            {move || copied.get().is_some().then(words)}
        </span>
    }
}

#[component]
fn Regenerate(thread: Thread, id: MessageId) -> impl IntoView {
    let asking = Asking::new();
    let press = move || {
        asking.ask(async move {
            thread.show(regenerate_reply(id, None).await?.reply);
            Ok(())
        });
    };
    view! {
        <Button
            class="button quiet"
            action="regenerate"
            words=Msg::Regenerate.text()
            disabled=move || asking.runs()
            press
        />
        <Problem words=move || asking.problem() />
    }
}

fn standing(status: Status) -> Option<Msg> {
    match status {
        Status::Waiting => Some(Msg::Waiting),
        Status::Streaming => Some(Msg::Writing),
        Status::Complete => None,
        Status::Stopped => Some(Msg::Stopped),
        Status::Failed => Some(Msg::Failed),
        Status::Interrupted => Some(Msg::Interrupted),
    }
}

fn author(message: &Message) -> Cow<'static, str> {
    match (message.role, &message.model) {
        (Role::User, _) => Msg::You.text(),
        (Role::Assistant, Some(model)) => model.clone().into(),
        (Role::Assistant, None) => Msg::Assistant.text(),
        (Role::System, _) => Msg::System.text(),
        (Role::Tool, _) => Msg::Tool.text(),
    }
}

fn part_kinds(message: &Message) -> Vec<(usize, PartKind)> {
    message.parts.iter().map(|part| part.kind).enumerate().collect()
}

/// A part of another kind is another part.
fn part_key((index, kind): &(usize, PartKind)) -> u128 {
    (*index as u128) << 8 | *kind as u128
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
