//! The draft of a conversation, kept by this browser over a reload and over a look elsewhere: its text, and the names of its images.

use crate::{
    browser::{Timer, forget, on_window, recall, remember},
    text::Msg,
    ui::in_browser,
    wire::ConversationId,
};
use leptos::prelude::*;
use send_wrapper::SendWrapper;

/// Browsers keep about 5 MB for all of a site. A longer draft stays in its text area only.
const LONGEST: usize = 100_000;
/// Up to here a draft is written at each key; from here on, when the writer pauses.
const SHORT: usize = 4_000;
const PAUSE_MS: u64 = 400;

#[derive(Clone, Copy)]
pub struct Kept {
    key: StoredValue<String>,
    pending: StoredValue<Option<String>>,
    pause: StoredValue<Option<SendWrapper<Timer>>>,
}

impl Kept {
    /// The draft of this conversation, or of the one that is to begin.
    pub fn new(conversation: Option<ConversationId>) -> Self {
        Self {
            key: StoredValue::new(key(conversation)),
            pending: StoredValue::default(),
            pause: StoredValue::default(),
        }
    }

    pub fn recall(self) -> Option<String> {
        self.with_key(recall).flatten()
    }

    /// Keeps it; says why not, where it cannot.
    pub fn keep(self, text: String) -> Option<Msg> {
        self.pause.set_value(None);
        self.pending.set_value(None);
        if text.is_empty() {
            self.with_key(forget);
            return None;
        }
        if text.len() > LONGEST {
            // Better none than the beginning of it.
            self.with_key(forget);
            return Some(Msg::DraftTooLong);
        }
        if text.len() <= SHORT {
            let kept = self.with_key(|key| remember(key, &text));
            return (kept == Some(false)).then_some(Msg::NotKept);
        }
        self.pending.set_value(Some(text));
        self.pause.set_value(Timer::after(PAUSE_MS, move || self.write()).map(SendWrapper::new));
        None
    }

    /// Forgets it when it is this one: meanwhile another may have been written, in another tab.
    pub fn forget(self, text: &str) {
        self.pause.try_set_value(None);
        self.pending.try_set_value(None);
        self.with_key(|key| {
            if recall(key).as_deref() == Some(text) {
                forget(key);
            }
        });
    }

    /// Its images, as the server calls them.
    pub fn images(self) -> Vec<String> {
        let names = self.with_key(|key| recall(&images_of(key))).flatten();
        names.map(|names| names.split(' ').map(str::to_owned).collect()).unwrap_or_default()
    }

    /// These are its images now.
    pub fn keep_images(self, names: &[String]) {
        self.with_key(|key| match names {
            [] => forget(&images_of(key)),
            // Where the browser keeps nothing, the text says so.
            names => drop(remember(&images_of(key), &names.join(" "))),
        });
    }

    /// Forgets them when they are these.
    pub fn forget_images(self, names: &[String]) {
        if !names.is_empty() && self.images() == names {
            self.keep_images(&[]);
        }
    }

    /// The long texts that go with it.
    pub fn pastes(self) -> Vec<String> {
        let kept = self.with_key(|key| recall(&pastes_of(key))).flatten();
        kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default()
    }

    /// These are its long texts now; false where the browser does not keep them.
    pub fn keep_pastes(self, pastes: &[&str]) -> bool {
        let keep = |key: &str| match pastes {
            [] => {
                forget(&pastes_of(key));
                true
            }
            pastes => serde_json::to_string(pastes).is_ok_and(|json| remember(&pastes_of(key), &json)),
        };
        self.with_key(keep).unwrap_or(true)
    }

    /// Forgets them when they are these.
    pub fn forget_pastes(self, pastes: &[String]) {
        if !pastes.is_empty() && self.pastes() == pastes {
            self.keep_pastes(&[]);
        }
    }

    /// Writes what is pending before it is too late.
    pub fn until_the_page_goes(self) {
        in_browser(move || {
            let leaves = SendWrapper::new(on_window("pagehide", move |_| self.write()));
            on_cleanup(move || {
                self.write();
                drop(leaves);
            });
        });
    }

    fn write(self) {
        if let Some(text) = self.pending.try_update_value(Option::take).flatten() {
            self.with_key(|key| remember(key, &text));
        }
    }

    fn with_key<T>(self, act: impl FnOnce(&str) -> T) -> Option<T> {
        self.key.try_with_value(|key| act(key))
    }
}

fn pastes_of(key: &str) -> String {
    format!("{key}.pastes")
}

fn images_of(key: &str) -> String {
    format!("{key}.images")
}

fn key(conversation: Option<ConversationId>) -> String {
    conversation.map_or_else(|| "brooklet.draft.new".into(), |id| format!("brooklet.draft.{id}"))
}
