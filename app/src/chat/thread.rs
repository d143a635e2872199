//! The messages of a conversation, the newest at the end.

use super::message::MessageView;
use crate::{
    browser::{Scroller, next_frame, on_window},
    stream::Thread,
    text::{Msg, sentence},
    wire::{Error, Status},
};
use leptos::{html, prelude::*, task::spawn_local};
use send_wrapper::SendWrapper;

#[component]
pub fn ThreadView(thread: Thread) -> impl IntoView {
    let scroller = NodeRef::<html::Section>::new();
    let at_end = RwSignal::new(true);
    let keep_end = move || {
        if let Some(element) = scroller.get_untracked().filter(|_| at_end.get_untracked()) {
            Scroller(&element).to_end();
        }
    };
    Effect::new(move |_| {
        thread.drawings().track();
        scroller.track();
        keep_end();
        // A message that is new is drawn after this, and before the next frame.
        next_frame(keep_end);
    });
    Effect::new(move |_| {
        // A phone's keyboard takes half of the window.
        let resized = SendWrapper::new(on_window("resize", move |_| keep_end()));
        on_cleanup(move || drop(resized));
    });
    let scrolled = move |_| {
        if let Some(element) = scroller.get_untracked() {
            at_end.maybe_update(|held| std::mem::replace(held, Scroller(&element).is_at_end()) != *held);
        }
    };
    let to_end = move |_| {
        at_end.set(true);
        keep_end();
    };
    view! {
        <section
            class="thread"
            aria-label=Msg::Thread.text()
            data-thread=thread.id.to_string()
            data-asked-again=move || thread.asked_again().get()
            node_ref=scroller
            on:scroll=scrolled
        >
            <div class="thread-column">
                <Older thread scroller />
                <For each=move || thread.path().get() key=|id| *id let:id>
                    <MessageView thread id />
                </For>
            </div>
        </section>
        <Announcer thread />
        <Show when=move || !at_end.get()>
            <button class="button thread-to-end" type="button" on:click=to_end>
                {Msg::ToEnd.text()}
            </button>
        </Show>
    }
    .into_any()
}

/// Reads what came before, and keeps the place of who reads.
#[component]
fn Older(
    thread: Thread,
    /// What scrolls.
    scroller: NodeRef<html::Section>,
) -> impl IntoView {
    let reading = RwSignal::new(false);
    let problem = RwSignal::new(None::<Error>);
    let read = move |_| {
        let Some(element) = scroller.get_untracked() else { return };
        reading.set(true);
        problem.set(None);
        spawn_local(async move {
            let from_end = Scroller(&element).pixels_from_end();
            let answer = thread.read_older().await;
            problem.try_set(answer.err());
            reading.try_set(false);
            next_frame(move || Scroller(&element).set_pixels_from_end(from_end));
        });
    };
    view! {
        <Show when=move || thread.more().get()>
            <div class="thread-older">
                <button class="button" type="button" disabled=move || reading.get() on:click=read>
                    {move || if reading.get() { Msg::Loading } else { Msg::ShowOlder }.text()}
                </button>
                <p class="problem" role="alert">
                    {move || problem.get().as_ref().map(sentence)}
                </p>
            </div>
        </Show>
    }
}

/// Tells a screen reader how the reply stands; its tokens are not read out.
#[component]
fn Announcer(thread: Thread) -> impl IntoView {
    let status = Memo::new(move |_| thread.leaf().map(|(_, status)| status));
    let words = move || match status.get()? {
        Status::Waiting | Status::Streaming => Some(Msg::ReplyRuns.text()),
        Status::Complete => Some(Msg::ReplyComplete.text()),
        Status::Stopped => Some(Msg::Stopped.text()),
        Status::Failed => Some(Msg::Failed.text()),
        Status::Interrupted => Some(Msg::Interrupted.text()),
    };
    view! {
        <p class="offscreen" role="status">
            {words}
        </p>
    }
}
