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
    fn call(replies: Vec<MessageId>) -> Call {
        Box::pin(async move {
            for reply in replies {
                patiently(|| stop_reply(reply)).await?;
            }
            Ok(())
        })
    }
}

/// Ends running replies, whoever began them.
#[derive(Clone, Copy)]
pub struct Stopping {
    running: Memo<Vec<MessageId>>,
    asked: RwSignal<Vec<MessageId>>,
    asking: Asking,
}

impl Stopping {
    pub fn new(running: Memo<Vec<MessageId>>) -> Self {
        Self { running, asked: RwSignal::new(Vec::new()), asking: Asking::new() }
    }

    pub fn stop(self) {
        let running = self.running.get_untracked();
        if untrack(|| !self.is_due() || self.is_under_way()) {
            return;
        }
        self.asked.set(running.clone());
        self.asking.ask(async move {
            let answer = match call(running).await {
                Ok(call) => call.await,
                Err(_) => Err(Error::new(Code::Unavailable, Msg::PartNotLoaded.text())),
            };
            if answer.is_err() {
                self.asked.try_set(Vec::new());
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
        !self.running.with(Vec::is_empty)
    }

    /// All were asked to stop, and have not.
    pub fn is_under_way(self) -> bool {
        self.asked.with(|asked| self.running.with(|running| running.iter().all(|reply| asked.contains(reply))))
            && self.is_due()
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
