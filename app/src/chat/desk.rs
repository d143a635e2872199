//! What the parts of one conversation's page share.

use super::{reader::Reader, unsaved::Unsaved};
use crate::{
    stream::{Notice, Thread},
    wire::{Error, MessageId, Role},
};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Desk {
    pub thread: Thread,
    pub reader: Reader,
    /// The chosen model; set by the picker.
    pub model: RwSignal<Option<String>>,
    /// The message that is being edited.
    pub editing: RwSignal<Option<MessageId>>,
    /// Something was asked from here: its reply gets room to grow into.
    pub asked: RwSignal<bool>,
    /// What was typed into messages and not saved.
    pub unsaved: Unsaved,
    /// How the connection is.
    pub notice: ReadSignal<Notice>,
}

impl Desk {
    pub fn new(thread: Thread, notice: ReadSignal<Notice>) -> Self {
        Self {
            thread,
            reader: Reader::new(thread),
            model: RwSignal::new(None),
            editing: RwSignal::new(None),
            asked: RwSignal::new(false),
            unsaved: Unsaved::of_page(),
            notice,
        }
    }

    /// The server cannot be heard: what it would say now is not known.
    pub fn is_cut_off(&self) -> bool {
        matches!(self.notice.get(), Notice::Reconnecting | Notice::Offline)
    }

    /// A message was sent from here: it is shown, and the end of the thread with it. `action` is what of `focus` takes the
    /// focus, where something has to.
    pub fn follow(&self, message: MessageId, focus: Option<(MessageId, &'static str)>) {
        self.asked.set(true);
        match focus {
            Some((message, action)) => self.reader.land_at_end(message, action),
            None => self.reader.go_to_end(),
        }
        self.thread.show(message);
    }

    /// Shows another version of this message, and what follows it, in its place.
    pub async fn switch(self, from: MessageId, to: MessageId, action: &'static str) -> Result<(), Error> {
        self.thread.read_branch(Some(to)).await?;
        self.reader.land_at(to, from, action);
        self.thread.draw();
        Ok(())
    }

    /// Opens the person's last message for editing; false when there is none.
    pub fn edit_last(&self) -> bool {
        let path = self.thread.path().get_untracked();
        let own = |id: &&MessageId| self.thread.peek(**id, |message| message.role == Role::User) == Some(true);
        let last = path.iter().rev().find(own).copied();
        if last.is_some() {
            self.editing.set(last);
        }
        last.is_some()
    }
}
