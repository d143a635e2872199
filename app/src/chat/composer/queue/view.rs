//! The messages that wait, above the text that is written.

use super::{Queue, Wait};
use crate::{
    browser::{focus_is_lost, focus_on, next_frame},
    text::{Msg, sentence},
    ui::{Button, Each, Glyph, Icon, IconButton, Only, Problem},
    wire::SendMessage,
};
use leptos::prelude::*;

/// Characters of a message that a line has room for.
const SHOWN: usize = 300;

#[component]
pub fn QueueView(
    queue: Queue,
    /// Puts a message back into the text area.
    edit: Callback<SendMessage>,
) -> impl IntoView {
    let wait = queue.wait;
    let waiting = Memo::new(move |_| queue.line.with(|line| line.waiting().to_vec()));
    let words = move || match wait.get() {
        Some(Wait::ForReply) => Some(Msg::GoesAfterReply.text()),
        Some(Wait::ForServer) => Some(Msg::GoesWhenHeard.text()),
        Some(Wait::ForWriter) => Some(Msg::GoesOnRequest.text()),
        Some(Wait::Going) => Some(Msg::GoesNow.text()),
        Some(Wait::Trouble(_)) | None => None,
    };
    let trouble = move || match wait.get() {
        Some(Wait::Trouble(error)) => Some(Msg::NotSent { why: sentence(&error).into_owned() }.text()),
        _ => None,
    };
    let may_want = move || matches!(wait.get(), Some(Wait::ForWriter | Wait::Trouble(_)));
    let want = move || queue.line.update(super::Line::want);
    view! {
        <div class="queue" data-waits=move || (!waiting.with(Vec::is_empty)).to_string()>
            <div class="queue-head">
                <p class="queue-words" role="status">
                    {words}
                </p>
                <Problem words=trouble />
                <Only when=may_want>
                    <Button class="button small" action="send-queued" words=Msg::SendNow.text() press=want />
                </Only>
            </div>
            <Only when=move || !waiting.with(Vec::is_empty)>
                <ol class="queue-list" aria-label=Msg::Queued.text()>
                    <Each items=waiting key=|message| message.request.0.as_u128() let(message)>
                        <Waiting queue message edit />
                    </Each>
                </ol>
            </Only>
        </div>
    }
    .into_any()
}

#[component]
fn Waiting(queue: Queue, message: SendMessage, edit: Callback<SendMessage>) -> impl IntoView {
    let request = message.request;
    let has_images = !message.images.is_empty();
    let text: String = message.text.chars().take(SHOWN).collect();
    let take = move || queue.take(request);
    view! {
        <li class="queued">
            <Only when=has_images>
                <Icon glyph=Glyph::Image />
            </Only>
            <span class="queued-text" dir="auto">
                {text}
            </span>
            <IconButton
                class="small"
                action="edit-queued"
                icon=Glyph::Edit
                label=Msg::EditQueued.text()
                press=move |()| {
                    if let Some(message) = take() {
                        edit.run(message);
                    }
                }
            />
            <IconButton
                class="small"
                action="remove-queued"
                icon=Glyph::Close
                label=Msg::RemoveQueued.text()
                press=move |()| {
                    take();
                    // The button went with it.
                    next_frame(|| {
                        if focus_is_lost() {
                            focus_on(".composer .composer-text");
                        }
                    });
                }
            />
        </li>
    }
    .into_any()
}
