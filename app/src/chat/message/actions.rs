//! What can be done with a message, below it; while its reply runs, that it does.

use super::{
    about::about_view, branches::Branches, copy::Copy, next_step::Next, regenerate::Regenerate, seams::seams_view,
};
use crate::{
    browser::Timer,
    chat::{composer::Stopping, desk::Desk, model_picker::name_in},
    stream::Thread,
    text::{Msg, called},
    ui::{Glyph, IconButton, Later, Only, in_browser},
    wire::{Message, MessageId, PartKind, Role, Status},
};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::borrow::Cow;

/// So often it is looked whether words came.
const LOOK_MS: u64 = 1_000;

#[component]
pub fn Actions(
    desk: Desk,
    id: MessageId,
    role: Role,
    status: Memo<Status>,
    /// What a button in words offers already.
    next: Memo<Option<Next>>,
) -> impl IntoView {
    let thread = desk.thread;
    let about = Memo::new(move |_| thread.read(id, about).flatten());
    let opened = RwSignal::new(false);
    let runs = move || status.get().is_running();
    let can_copy = Memo::new(move |_| thread.read(id, has_text).unwrap_or_default());
    let is_offered = move || next.get().is_some_and(|step| step != Next::Continue);
    let in_column = Memo::new(move |_| desk.side_by_side().contains(&id));
    // Beside the others it would stand in the place of them all.
    let can_regenerate = move || role == Role::Assistant && !runs() && !is_offered() && !in_column.get();
    let stopping = Stopping::new(Memo::new(move |_| if status.get().is_running() { vec![id] } else { Vec::new() }));
    view! {
        <footer class="message-actions">
            <Branches desk id />
            <Only when=move || in_column.get() && runs()>
                <IconButton
                    class="small"
                    action="stop-this"
                    icon=Glyph::Stop
                    label=Msg::StopThis.text()
                    press=move || stopping.stop()
                />
            </Only>
            <Only when=runs>
                <Running thread id status />
            </Only>
            <Only when=move || can_copy.get() && !runs()>
                <Copy thread id />
            </Only>
            <Only when=move || role == Role::User>
                <IconButton
                    class="small"
                    action="edit"
                    icon=Glyph::Edit
                    label=Msg::Edit.text()
                    press=move || desk.editing.set(Some(id))
                />
            </Only>
            <Only when=can_regenerate>
                <Regenerate desk id step=None />
            </Only>
            <button
                class="message-opens message-about"
                type="button"
                hidden=move || about.with(Option::is_none)
                data-action="about"
                title=Msg::AboutReply.text()
                aria-expanded=move || opened.get().to_string()
                on:click=move |_| opened.update(|opened| *opened = !*opened)
            >
                {move || about.get()}
            </button>
            <Later
                when=move || thread.read(id, |message| !message.seams.is_empty()).unwrap_or_default()
                close=|()| ()
                view=move || seams_view(desk, id)
            />
            <Later when=opened close=move |()| opened.set(false) view=move || about_view(desk, id) />
        </footer>
    }
    .into_any()
}

/// That it is being written. Its mark is at rest while words come, which say as much: without a graphics card, a motion beside them
/// costs a third of what drawing them does.
#[component]
fn Running(thread: Thread, id: MessageId, status: Memo<Status>) -> impl IntoView {
    let length = move || {
        thread.peek(id, |message| message.parts.iter().map(|part| part.text.len()).sum::<usize>()).unwrap_or_default()
    };
    let grows = RwSignal::new(false);
    in_browser(move || {
        let mut last = length();
        let look = move || grows.set(std::mem::replace(&mut last, length()) != last);
        let looks = SendWrapper::new(Timer::every(LOOK_MS, look));
        on_cleanup(move || drop(looks));
    });
    let running = move || if status.get() == Status::Waiting { Msg::Waiting } else { Msg::Writing }.text();
    view! {
        <p class="message-running" data-grows=move || grows.get().then_some("true")>
            {running}
        </p>
        // Styles show it after a while in which nothing came.
        <p class="message-patience">{Msg::StillWaiting.text()}</p>
    }
}

/// Who wrote it.
fn about(message: &Message) -> Option<Cow<'static, str>> {
    let name = called(name_in(message.model.as_deref()?));
    Some(
        message
            .hint
            .map_or_else(|| name.clone().into_owned(), |hint| format!("{name} · {}", Msg::AsWanted(hint).text()))
            .into(),
    )
}

fn has_text(message: &Message) -> bool {
    message.parts.iter().any(|part| part.kind == PartKind::Text && !part.text.is_empty())
}
