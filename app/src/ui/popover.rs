//! What opens above the page beside a button, and closes again by keys, by a choice, or by the browser.

use crate::browser::focus;
use leptos::{html, prelude::*};

#[derive(Clone, Copy)]
pub struct Popover {
    pub panel: NodeRef<html::Div>,
    /// What opened it, and gets the focus back.
    pub button: NodeRef<html::Button>,
    pub open: RwSignal<bool>,
}

impl Popover {
    pub fn close(self) {
        // Before the panel goes, or the focus goes with it.
        if let Some(button) = self.button.get_untracked() {
            focus(&button);
        }
        self.open.set(false);
    }

    /// At the panel's `toggle`: the browser may have closed it, by a click elsewhere, or a phone's gesture to go back.
    pub fn toggled(self) {
        if self.panel.get_untracked().is_some_and(|panel| !panel.matches(":popover-open").unwrap_or(true)) {
            self.open.set(false);
        }
    }
}
