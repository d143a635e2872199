//! What the parts of one conversation's page share.

use super::{model_picker::Models, reader::Reader, reply::choose_branch, unsaved::Unsaved};
use crate::{
    stream::{Notice, Thread},
    ui::patiently,
    wire::{Error, MessageId, Role},
};
use leptos::{prelude::*, task::spawn_local};

#[derive(Clone, Copy)]
pub struct Desk {
    pub thread: Thread,
    pub reader: Reader,
    pub models: Models,
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
            models: Models::new(),
            editing: RwSignal::new(None),
            asked: RwSignal::new(false),
            unsaved: Unsaved::of_page(),
            notice,
        }
    }

    /// The server cannot be heard: what it would say now is not known.
    pub fn is_cut_off(&self) -> bool {
        self.notice.get().is_cut_off()
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
        remember_choice(to);
        Ok(())
    }

    /// This one of several replies is what the next message answers, and its model writes next.
    pub fn go_on_with(self, reply: MessageId) {
        self.thread.show(reply);
        if let Some(model) = self.thread.peek(reply, |message| message.model.clone()).flatten() {
            self.models.chosen.set(Some(model));
        }
        remember_choice(reply);
    }

    /// The replies that stand side by side at the end of the thread; empty where one stands alone.
    pub fn side_by_side(&self) -> Vec<MessageId> {
        let last = self.thread.path().with(|path| path.last().copied());
        last.map(|last| self.thread.together(last)).unwrap_or_default()
    }

    /// It is the last message, or one of those that stand side by side there.
    pub fn is_at_end(&self, id: MessageId) -> bool {
        self.thread.path().with(|path| path.last() == Some(&id)) || self.side_by_side().contains(&id)
    }

    /// Opens the person's last message for editing; false when there is none.
    pub fn edit_last(&self) -> bool {
        let path = self.thread.path().get_untracked();
        let own = |id: &&MessageId| self.thread.peek(**id, |message| message.role == Role::User) == Some(true);
        let last = path.iter().rev().find(own).copied();
        if let Some(last) = last {
            self.reader.bring(last);
            self.editing.set(Some(last));
        }
        last.is_some()
    }
}

/// Tells the server which path to show from now on. Where that fails for long, what is shown here is right all the same.
fn remember_choice(message: MessageId) {
    spawn_local(async move {
        let _ = patiently(|| choose_branch(message)).await;
    });
}
