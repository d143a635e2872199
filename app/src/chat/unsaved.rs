//! What was typed into messages and not saved: it lives as long as the page does, wherever one goes meanwhile.

use crate::wire::MessageId;
use leptos::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Copy)]
pub struct Unsaved(StoredValue<BTreeMap<MessageId, String>>);

impl Unsaved {
    pub fn new() -> Self {
        Self(StoredValue::default())
    }

    /// The one of this page.
    pub fn of_page() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    pub fn keep(self, message: MessageId, text: String) {
        self.0.update_value(|texts| drop(texts.insert(message, text)));
    }

    pub fn get(self, message: MessageId) -> Option<String> {
        self.0.with_value(|texts| texts.get(&message).cloned())
    }

    pub fn forget(self, message: MessageId) {
        self.0.update_value(|texts| drop(texts.remove(&message)));
    }
}
