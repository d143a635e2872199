//! One quiet line about what was just done, sometimes with a way back.
//!
//! It goes by itself, but never from under a pointer or a focus that rests on it. It stands where nothing is read or
//! written, and is read out politely.

use super::{Button, Each, Glyph, IconButton, in_browser};
use crate::{
    browser::{Timer, wall_ms},
    text::Msg,
};
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use std::borrow::Cow;

/// As long as one reads a sentence.
const SAYING_MS: u64 = 6_000;
/// As long as one may take something back.
const OFFERING_MS: u64 = 10_000;
/// After a pointer has left, at least.
const GRACE_MS: u64 = 3_000;
/// More are not read; the oldest goes.
const MOST: usize = 3;

/// The toasts of this page. Copy it into any callback.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    said: StoredValue<Vec<Cow<'static, str>>>,
    made: StoredValue<u128>,
}

/// A way back, or on.
#[derive(Clone)]
pub struct Offer {
    /// What the button says.
    pub words: Cow<'static, str>,
    /// What it does; the toast goes.
    pub accept: Callback<()>,
    /// The toast went, and nobody pressed the button.
    pub lapse: Callback<()>,
}

#[derive(Clone)]
struct Toast {
    number: u128,
    /// Another one of the same topic takes its place.
    topic: Option<&'static str>,
    words: Cow<'static, str>,
    offer: Option<Offer>,
}

impl Toasts {
    pub fn new() -> Self {
        Self { shown: RwSignal::default(), said: StoredValue::default(), made: StoredValue::default() }
    }

    /// The ones of this page.
    pub fn of_page() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Says something, for a while. The same said again is there once.
    pub fn say(self, words: Cow<'static, str>) {
        self.show(None, words, None);
    }

    /// Says something that need not be said twice in a visit, such as that this browser keeps no drafts.
    pub fn say_once(self, words: Cow<'static, str>) {
        let new = self.said.try_update_value(|said| {
            let new = !said.contains(&words);
            said.extend(new.then(|| words.clone()));
            new
        });
        if new == Some(true) {
            self.say(words);
        }
    }

    /// Says something, with a way back for 10 s. One of the same topic that is still there is replaced, without lapsing.
    pub fn offer(self, topic: &'static str, words: Cow<'static, str>, offer: Offer) {
        self.show(Some(topic), words, Some(offer));
    }

    fn show(self, topic: Option<&'static str>, words: Cow<'static, str>, offer: Option<Offer>) {
        let number = self.made.try_update_value(|made| {
            *made += 1;
            *made
        });
        let Some(number) = number else { return };
        let crowded = self.shown.try_update(|shown| {
            let is_replaced = |toast: &Toast| match topic {
                Some(_) => toast.topic == topic,
                None => toast.topic.is_none() && toast.words == words,
            };
            shown.retain(|toast| !is_replaced(toast));
            shown.push(Toast { number, topic, words, offer });
            (shown.len() > MOST).then(|| shown[0].number)
        });
        if let Some(oldest) = crowded.flatten() {
            self.end(oldest);
        }
    }

    /// Takes it away; whatever it offered has lapsed.
    fn end(self, number: u128) {
        if let Some(offer) = self.take(number).and_then(|toast| toast.offer) {
            offer.lapse.run(());
        }
    }

    fn take(self, number: u128) -> Option<Toast> {
        let take = |shown: &mut Vec<Toast>| {
            let index = shown.iter().position(|toast| toast.number == number)?;
            Some(shown.remove(index))
        };
        self.shown.try_update(take).flatten()
    }
}

impl Default for Toasts {
    fn default() -> Self {
        Self::new()
    }
}

/// Where the toasts of the page stand.
#[component]
pub fn ToastArea() -> impl IntoView {
    let toasts = Toasts::of_page();
    view! {
        <div class="toasts" role="status">
            <Each items=toasts.shown key=|toast| toast.number let:toast>
                <ToastView toasts toast />
            </Each>
        </div>
    }
}

#[component]
fn ToastView(toasts: Toasts, toast: Toast) -> impl IntoView {
    let Toast { number, topic, words, offer } = toast;
    let (pointed, focused) = (RwSignal::new(false), RwSignal::new(false));
    let held = Memo::new(move |_| pointed.get() || focused.get());
    let left = StoredValue::new(if offer.is_some() { OFFERING_MS } else { SAYING_MS });
    in_browser(move || {
        if held.get() {
            return;
        }
        let began = wall_ms();
        let timer = SendWrapper::new(Timer::after(left.get_value(), move || toasts.end(number)));
        on_cleanup(move || {
            let passed = wall_ms().saturating_sub(began);
            left.try_update_value(|left| *left = left.saturating_sub(passed).max(GRACE_MS));
            drop(timer);
        });
    });
    let accept = offer.map(|offer| {
        let accept = move || {
            if toasts.take(number).is_some() {
                offer.accept.run(());
            }
        };
        view! { <Button class="button small" action="accept" words=offer.words.clone() press=accept /> }
    });
    view! {
        <div
            class="toast"
            data-topic=topic
            on:pointerenter=move |_| pointed.set(true)
            on:pointerleave=move |_| pointed.set(false)
            on:focusin=move |_| focused.set(true)
            on:focusout=move |_| focused.set(false)
        >
            <p class="toast-words">{words}</p>
            {accept}
            <IconButton
                class="small"
                action="dismiss"
                icon=Glyph::Close
                label=Msg::Dismiss.text()
                press=move || toasts.end(number)
            />
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(toasts: Toasts) -> Vec<String> {
        toasts.shown.with_untracked(|shown| shown.iter().map(|toast| toast.words.to_string()).collect())
    }

    #[test]
    fn one_of_a_topic_replaces_the_other_and_nothing_lapses() {
        Owner::new().with(|| {
            let toasts = Toasts::new();
            let lapsed = StoredValue::new(0);
            let offer = || Offer {
                words: "Undo".into(),
                accept: Callback::new(|()| ()),
                lapse: Callback::new(move |()| lapsed.update_value(|lapsed| *lapsed += 1)),
            };
            toasts.say("Hello".into());
            toasts.say("Hello".into());
            toasts.offer("deleted", "One deleted".into(), offer());
            toasts.offer("deleted", "Two deleted".into(), offer());
            assert_eq!((words(toasts), lapsed.get_value()), (vec!["Hello".into(), "Two deleted".into()], 0));
            let number = toasts.shown.with_untracked(|shown| shown[1].number);
            toasts.end(number);
            toasts.end(number);
            assert_eq!((words(toasts), lapsed.get_value()), (vec!["Hello".into()], 1));
        });
    }

    #[test]
    fn what_was_said_once_is_not_said_again_and_few_are_shown() {
        Owner::new().with(|| {
            let toasts = Toasts::new();
            toasts.say_once(Msg::NotKept.text());
            toasts.say_once(Msg::NotKept.text());
            assert_eq!(words(toasts).len(), 1);
            for number in 0..5 {
                toasts.say(number.to_string().into());
            }
            assert_eq!(words(toasts), ["2", "3", "4"]);
        });
    }
}
