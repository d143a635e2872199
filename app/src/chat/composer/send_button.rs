//! One place for two buttons: Send, and while a reply runs Stop.

use crate::{
    chat::reply::stop_reply,
    later::later,
    text::Msg,
    ui::{Asking, Glyph, Icon, in_browser, patiently},
    wire::{Code, Error, MessageId},
};
use leptos::prelude::*;
use std::{borrow::Cow, pin::Pin};

type Call = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

later! {
    fn call(reply: MessageId) -> Call {
        Box::pin(patiently(move || stop_reply(reply)))
    }
}

/// Ends the running reply, whoever began it.
#[derive(Clone, Copy)]
pub struct Stopping {
    /// The reply that runs on the shown branch.
    running: Memo<Option<MessageId>>,
    asked: RwSignal<Option<MessageId>>,
    asking: Asking,
}

impl Stopping {
    pub fn new(running: Memo<Option<MessageId>>) -> Self {
        Self { running, asked: RwSignal::new(None), asking: Asking::new() }
    }

    pub fn stop(self) {
        let Some(reply) = self.running.get_untracked() else { return };
        if self.asked.get_untracked() == Some(reply) {
            return;
        }
        self.asked.set(Some(reply));
        self.asking.ask(async move {
            let answer = match call(reply).await {
                Ok(call) => call.await,
                Err(_) => Err(Error::new(Code::Unavailable, Msg::PartNotLoaded.text())),
            };
            if answer.is_err() {
                self.asked.try_set(None);
            }
            answer
        });
    }

    /// The server can be heard again: what failed for want of it says nothing any more.
    pub fn reconnected(self) {
        self.asking.forget();
    }

    /// There is something to stop.
    pub fn is_due(self) -> bool {
        self.running.get().is_some()
    }

    /// It was asked to stop, and has not.
    pub fn is_under_way(self) -> bool {
        self.running.get().is_some_and(|running| self.asked.get() == Some(running))
    }

    /// Why it did not stop; of no interest any more when it ended by itself.
    pub fn problem(self) -> Option<Cow<'static, str>> {
        self.is_due().then(|| self.asking.problem()).flatten()
    }
}

#[component]
pub fn SendButton(
    stopping: Stopping,
    /// The draft is on its way.
    sending: Memo<bool>,
    submit: Callback<()>,
) -> impl IntoView {
    // Without the page awake it does nothing, and says so.
    let asleep = RwSignal::new(true);
    in_browser(move || asleep.set(false));
    let words = move || {
        match (stopping.is_due(), stopping.is_under_way(), sending.get()) {
            (true, true, _) => Msg::Stopping,
            (true, false, _) => Msg::Stop,
            (false, _, true) => Msg::Sending,
            (false, _, false) => Msg::Send,
        }
        .text()
    };
    let busy = move || sending.get() || stopping.is_under_way();
    let press = move |event: leptos::ev::MouseEvent| {
        if !stopping.is_due() {
            submit.run(());
        // The second half of a double click on Send does not mean Stop.
        } else if event.detail() < 2 {
            stopping.stop();
        }
    };
    // The same element for both: whoever pressed it with the keyboard stays there. So it is never disabled while it is awake.
    view! {
        <button
            class="icon-button round primary composer-send"
            type="button"
            data-action=move || if stopping.is_due() { "stop" } else { "send" }
            title=words
            aria-label=words
            aria-busy=move || busy().to_string()
            disabled=move || asleep.get()
            on:click=press
        >
            <Icon glyph=Signal::derive(move || if stopping.is_due() { Glyph::Stop } else { Glyph::Send }) />
        </button>
    }
    .into_any()
}
