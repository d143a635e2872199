//! The one fold: how an event changes what its reader holds. It runs in the server's tail and in the browser.
//!
//! Deltas are addressed, so every event may come late, twice or merged with its neighbours: what is known is
//! skipped, and what does not fit is never guessed. [`Applied::AskAgain`] tells the holder to read the conversation
//! anew and to follow from there.

use super::{ConversationId, Delta, Event, Message, MessageId, Part, StatusChange, Summary};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What an event did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// Nothing new: known already, older than what is held, or about something that is not held.
    Ignored,
    /// This message is new or changed.
    Changed(MessageId),
    /// All messages were dropped; the current state follows.
    Reset,
    /// It does not fit what is held.
    AskAgain(Gap),
}

/// Why an event does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Text between what is held and what came is missing, or the two meet inside a character.
    Text,
    /// A part, or a run, began that was not announced.
    Unannounced,
    /// The final sizes are not those of what is held.
    Sizes,
}

impl Message {
    /// Changes this message by an event about it. The caller has matched the id; an event about another message is ignored.
    pub fn apply(&mut self, event: &Event) -> Applied {
        let result = match event {
            Event::Message(message) if message.id == self.id => Ok(self.replace(message)),
            Event::Delta(delta) if delta.message == self.id => self.grow(delta),
            Event::Status(change) if change.message == self.id => self.change_status(change),
            _ => Ok(false),
        };
        match result {
            Ok(true) => Applied::Changed(self.id),
            Ok(false) => Applied::Ignored,
            Err(gap) => Applied::AskAgain(gap),
        }
    }

    fn replace(&mut self, message: &Message) -> bool {
        let newer = message.run >= self.run && message.seq > self.seq;
        if newer {
            self.clone_from(message);
        }
        newer
    }

    fn grow(&mut self, delta: &Delta) -> Result<bool, Gap> {
        if delta.run < self.run {
            return Ok(false);
        }
        if delta.run > self.run {
            return Err(Gap::Unannounced);
        }
        if delta.text.is_empty() {
            return Ok(false);
        }
        let index = delta.part as usize;
        if index == self.parts.len() && delta.at == 0 {
            self.parts.push(Part { kind: delta.kind, text: String::new(), ms: None });
        }
        let part = self.parts.get_mut(index).filter(|part| part.kind == delta.kind).ok_or(Gap::Unannounced)?;
        let held = part.text.len() as u64;
        let known = held.checked_sub(delta.at).ok_or(Gap::Text)? as usize;
        if known < delta.text.len() {
            // `get` is none when the overlap ends inside a character.
            part.text.push_str(delta.text.get(known..).ok_or(Gap::Text)?);
        }
        self.seq = self.seq.max(delta.seq);
        if known >= delta.text.len() {
            return Ok(false);
        }
        // A reply whose end is known stays ended, whatever text is told again.
        if self.status == super::Status::Waiting {
            self.status = super::Status::Streaming;
            // What delayed it is over.
            self.error = None;
        }
        Ok(true)
    }

    fn change_status(&mut self, change: &StatusChange) -> Result<bool, Gap> {
        if change.run < self.run || change.seq <= self.seq {
            return Ok(false);
        }
        if change.run > self.run {
            return Err(Gap::Unannounced);
        }
        if change.sizes.as_ref().is_some_and(|sizes| *sizes != self.sizes()) {
            return Err(Gap::Sizes);
        }
        for (part, ms) in self.parts.iter_mut().zip(change.ms.iter().flatten()) {
            part.ms = Some(*ms);
        }
        self.seq = change.seq;
        self.status = change.status;
        self.usage = change.usage;
        self.finish.clone_from(&change.finish);
        self.error.clone_from(&change.error);
        Ok(true)
    }
}

/// What a reader holds of one conversation: messages of its tree, and the leaf whose path is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Conversation {
    /// By id, which is the order in which they were made.
    messages: BTreeMap<MessageId, Message>,
    /// Each message that is held or was told of, behind its parent.
    family: BTreeSet<(Option<MessageId>, MessageId)>,
    leaf: Option<MessageId>,
}

impl Conversation {
    /// Holds these messages and shows the path that ends in the newest of them.
    pub fn new(messages: Vec<Message>) -> Self {
        let mut conversation = Self::default();
        conversation.add_older(messages);
        conversation.leaf = conversation.messages.keys().next_back().copied();
        conversation
    }

    pub fn message(&self, id: MessageId) -> Option<&Message> {
        self.messages.get(&id)
    }

    /// Adds messages from further up, as `get_conversation` with `before` gives them. Held ones stay as they are.
    pub fn add_older(&mut self, messages: Vec<Message>) {
        for message in messages {
            self.relate(&message);
            self.messages.entry(message.id).or_insert(message);
        }
    }

    /// All messages with the parent of this one, itself among them, the oldest first: those that are held and those that were
    /// told of. Empty where it stands alone, or is not held.
    pub fn siblings(&self, id: MessageId) -> Vec<MessageId> {
        let Some(message) = self.messages.get(&id) else { return Vec::new() };
        let of_parent = self.family.range((message.parent, MessageId(Uuid::nil()))..);
        let siblings = of_parent.take_while(|(parent, _)| *parent == message.parent).map(|(_, id)| *id);
        let siblings: Vec<_> = siblings.collect();
        if siblings.len() > 1 { siblings } else { Vec::new() }
    }

    /// The held ones that were asked for at once with this one, itself among them, the oldest first; empty where that is all.
    pub fn together(&self, id: MessageId) -> Vec<MessageId> {
        if !self.messages.get(&id).is_some_and(|message| message.together) {
            return Vec::new();
        }
        let mut all = self.siblings(id);
        all.retain(|id| self.messages.get(id).is_some_and(|message| message.together));
        if all.len() > 1 { all } else { Vec::new() }
    }

    fn relate(&mut self, message: &Message) {
        self.family.extend(message.siblings.iter().chain([&message.id]).map(|id| (message.parent, *id)));
    }

    /// Changes what is held by an event.
    pub fn apply(&mut self, event: &Event) -> Applied {
        match event {
            Event::Message(message) => {
                self.relate(message);
                match self.messages.get_mut(&message.id) {
                    Some(held) => held.apply(event),
                    None => {
                        self.messages.insert(message.id, message.clone());
                        // A child of the shown leaf is followed; one of another branch is only held.
                        if self.leaf.is_none() || message.parent == self.leaf {
                            self.leaf = Some(message.id);
                        }
                        Applied::Changed(message.id)
                    }
                }
            }
            // Of a message that is not held (another branch) there is nothing to change.
            Event::Delta(Delta { message, .. }) | Event::Status(StatusChange { message, .. }) => {
                self.messages.get_mut(message).map_or(Applied::Ignored, |held| held.apply(event))
            }
            Event::Reset { .. } => {
                *self = Self::default();
                Applied::Reset
            }
            Event::Hello { .. } | Event::Summary(_) | Event::Trouble { .. } | Event::Ping { .. } | Event::Bye {} => {
                Applied::Ignored
            }
        }
    }

    /// Shows the path through this message, down to the newest of all that is held below it.
    pub fn show(&mut self, id: MessageId) {
        let mut below = BTreeSet::from([id]);
        // Whatever answers a message was made after it, so one pass in order finds all.
        for message in self.messages.range(id..).map(|(_, message)| message) {
            if message.parent.is_some_and(|parent| below.contains(&parent)) {
                below.insert(message.id);
            }
        }
        self.leaf = below.last().copied();
    }

    /// The shown messages, from the oldest that is held to the leaf.
    pub fn path(&self) -> Vec<MessageId> {
        let up = std::iter::successors(self.leaf, |id| self.messages.get(id)?.parent);
        let mut path: Vec<_> = up.take_while(|id| self.messages.contains_key(id)).collect();
        path.reverse();
        path
    }

    /// The last message of the shown path.
    pub fn leaf(&self) -> Option<&Message> {
        self.messages.get(&self.leaf?)
    }
}

/// The rows of the sidebar that a reader holds, the newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sidebar {
    rows: Vec<Summary>,
}

impl Sidebar {
    pub fn new(rows: Vec<Summary>) -> Self {
        let mut sidebar = Self { rows };
        sidebar.sort();
        sidebar
    }

    pub fn rows(&self) -> &[Summary] {
        &self.rows
    }

    pub fn get(&self, id: ConversationId) -> Option<&Summary> {
        self.rows.iter().find(|row| row.conversation == id)
    }

    /// Takes a row that is new or newer than the held one; true when something changed.
    pub fn apply(&mut self, event: &Event) -> bool {
        let Event::Summary(row) = event else { return false };
        let held = self.rows.iter().position(|held| held.conversation == row.conversation);
        match held {
            Some(index) if self.rows[index].list >= row.list => return false,
            Some(index) if row.deleted => drop(self.rows.remove(index)),
            Some(index) => self.rows[index] = row.clone(),
            None if row.deleted => return false,
            None => self.rows.push(row.clone()),
        }
        self.sort();
        true
    }

    fn sort(&mut self) {
        self.rows.sort_by_key(|row| std::cmp::Reverse((row.updated_at, row.conversation)));
    }
}

#[cfg(test)]
mod tests;
