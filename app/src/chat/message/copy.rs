//! Copies a message as it was sent, byte for byte; of a reply, which is Markdown, also as rich text. Both are copied at once,
//! since the place where it is pasted knows which one it wants: an editor takes the text, a document or a mail the other.

use crate::{
    browser::{Timer, copy, copy_both, focus, next_frame, on_page, rich},
    later::later,
    markdown,
    stream::Thread,
    text::Msg,
    ui::{Glyph, IconButton, Only, in_browser},
    wire::{Message, MessageId, Role},
};
use leptos::{html, prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;

/// How long it says that it did.
const SAYING_MS: u64 = 2_000;

#[derive(Clone, Debug, PartialEq, Eq)]
enum Copying {
    Idle,
    Copied,
    /// The browser does not let us: whoever wants this text can copy it by hand.
    Refused(String),
}

#[component]
pub fn Copy(thread: Thread, id: MessageId) -> impl IntoView {
    let copying = RwSignal::new(Copying::Idle);
    let copied = Memo::new(move |_| copying.with(|copying| *copying == Copying::Copied));
    let refused = Memo::new(move |_| copying.with(|copying| matches!(copying, Copying::Refused(_))));
    in_browser(move || {
        if copied.get() {
            let timer = SendWrapper::new(Timer::after(SAYING_MS, move || drop(copying.try_set(Copying::Idle))));
            on_cleanup(move || drop(timer));
        }
    });
    let press = move || {
        let Some(text) = thread.peek(id, Message::text) else { return };
        let is_drawn = thread.peek(id, |message| message.role) == Some(Role::Assistant) && markdown::is_here();
        spawn_local(async move {
            // A browser forgets that somebody pressed a button: nothing that has to be fetched is waited for.
            let html = if is_drawn { drawn(id).await.unwrap_or_default() } else { String::new() };
            let copied = if html.is_empty() { copy(&text).await } else { copy_both(&text, &html).await };
            copying.try_set(if copied { Copying::Copied } else { Copying::Refused(text) });
        });
    };
    let icon = Signal::derive(move || if copied.get() { Glyph::Check } else { Glyph::Copy });
    let words = Signal::derive(move || if copied.get() { Msg::Copied } else { Msg::Copy }.text());
    view! {
        <IconButton class="small" action="copy" icon label=words press />
        // A button's own words are not read out when they change.
        <span class="offscreen" role="status">
            {move || copied.get().then(|| Msg::Copied.text())}
        </span>
        <Only when=refused>
            <ByHand copying />
        </Only>
    }
}

later! {
    /// What the page shows of it, without what it thought.
    fn drawn(id: MessageId) -> String {
        on_page(&format!("[data-message=\"{id}\"] .markdown[data-part=text]")).iter().map(|text| rich(text)).collect()
    }
}

/// The text itself, selected.
#[component]
fn ByHand(copying: RwSignal<Copying>) -> impl IntoView {
    let area = NodeRef::<html::Textarea>::new();
    in_browser(move || {
        let (Some(area), Copying::Refused(text)) = (area.get(), copying.get_untracked()) else { return };
        area.set_value(&text);
        next_frame(move || {
            focus(&area);
            area.select();
        });
    });
    view! {
        <div class="message-by-hand">
            <p role="alert">{Msg::NotCopied.text()}</p>
            <textarea rows="4" readonly aria-label=Msg::TextToCopy.text() node_ref=area></textarea>
            <IconButton
                class="small"
                action="dismiss"
                icon=Glyph::Close
                label=Msg::Dismiss.text()
                press=move || copying.set(Copying::Idle)
            />
        </div>
    }
}
