//! The messages of a conversation, the newest at the end.

use super::message::MessageView;
use crate::{
    browser::{Scroller, next_frame, on_window},
    stream::Thread,
    text::Msg,
    ui::{Asking, Button, Each, Only, Problem, in_browser},
    wire::Status,
};
use leptos::{html, prelude::*};
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
    in_browser(move || {
        thread.drawings().track();
        scroller.track();
        keep_end();
        // A message that is new is drawn after this, and before the next frame.
        next_frame(keep_end);
    });
    in_browser(move || {
        // A phone's keyboard takes half of the window.
        let resized = SendWrapper::new(on_window("resize", move |_| keep_end()));
        on_cleanup(move || drop(resized));
    });
    let scrolled = move |_| {
        if let Some(element) = scroller.get_untracked() {
            at_end.maybe_update(|held| std::mem::replace(held, Scroller(&element).is_at_end()) != *held);
        }
    };
    let to_end = move || {
        at_end.set(true);
        keep_end();
    };
    view! {
        <section
            class="thread"
            aria-label=Msg::Thread.text()
            data-thread=thread.id.to_string()
            data-asked-again=move || thread.asked_again().get().to_string()
            node_ref=scroller
            on:scroll=scrolled
        >
            <div class="thread-column">
                <Older thread scroller />
                <Each items=thread.path() key=|id| id.0.as_u128() let:id>
                    <MessageView thread id />
                </Each>
            </div>
        </section>
        <Announcer thread />
        <Only when=move || !at_end.get()>
            <Button class="button thread-to-end" action="to-end" words=Msg::ToEnd.text() press=to_end />
        </Only>
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
    let reading = Asking::new();
    let words = move || if reading.runs() { Msg::Loading } else { Msg::ShowOlder }.text();
    let read = move || {
        let Some(element) = scroller.get_untracked() else { return };
        reading.ask(async move {
            let from_end = Scroller(&element).pixels_from_end();
            let answer = thread.read_older().await;
            next_frame(move || Scroller(&element).set_pixels_from_end(from_end));
            answer
        });
    };
    view! {
        <Only when=move || thread.more().get()>
            <div class="thread-older">
                <Button class="button" action="older" words disabled=move || reading.runs() press=read />
                <Problem words=move || reading.problem() />
            </div>
        </Only>
    }
}

/// Tells a screen reader how the reply stands; its tokens are not read out.
#[component]
fn Announcer(thread: Thread) -> impl IntoView {
    let status = Memo::new(move |_| thread.leaf().map(|(_, status)| status));
    view! {
        <p class="offscreen" role="status">
            {move || status.get().map(|status| announcement(status).text())}
        </p>
    }
}

fn announcement(status: Status) -> Msg {
    match status {
        Status::Waiting | Status::Streaming => Msg::ReplyRuns,
        Status::Complete => Msg::ReplyComplete,
        Status::Stopped => Msg::Stopped,
        Status::Failed => Msg::Failed,
        Status::Interrupted => Msg::Interrupted,
    }
}
