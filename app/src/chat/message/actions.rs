//! What can be done with a message.

use crate::{
    browser::copy,
    chat::reply::regenerate_reply,
    stream::Thread,
    text::Msg,
    ui::{Asking, Button, Only, Problem},
    wire::{Message, MessageId, Role, Status},
};
use leptos::{prelude::*, task::spawn_local};

#[component]
pub fn Actions(thread: Thread, id: MessageId, role: Role, status: Memo<Status>) -> impl IntoView {
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
