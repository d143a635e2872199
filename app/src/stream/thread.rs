//! What the page holds of its conversation, and who is told when it is drawn.

use crate::wire::{
    Applied, Conversation, ConversationId, ConversationPage, Error, Event, Message, MessageId, ResetReason, Status,
};
use leptos::{prelude::*, server_fn::codec::Json};
use std::collections::BTreeMap;

/// Messages of a conversation and the cursor from which to follow it.
#[server(name = GetConversationCall, prefix = "/api", endpoint = "get_conversation", input = Json, output = Json)]
pub async fn get_conversation(
    conversation: ConversationId,
    leaf: Option<MessageId>,
    before: Option<MessageId>,
    limit: Option<u32>,
) -> Result<ConversationPage, Error> {
    crate::backend::backend()?
        .get_conversation(crate::wire::GetConversation { conversation, leaf, before, limit })
        .await
}

/// The newest messages of a conversation.
pub async fn newest_page(conversation: ConversationId) -> Result<ConversationPage, Error> {
    get_conversation(conversation, None, None, None).await
}

/// The conversation of the page.
///
/// Events are folded in at once, and `draw` tells what changed since the last drawing: each message has its own
/// trigger, so a token costs one message's new text and nothing else.
#[derive(Clone, Copy)]
pub struct Thread {
    pub id: ConversationId,
    held: StoredValue<Held>,
    path: RwSignal<Vec<MessageId>>,
    more: RwSignal<bool>,
    gone: RwSignal<bool>,
    asked_again: RwSignal<u32>,
    drawings: Trigger,
}

#[derive(Default)]
struct Held {
    conversation: Conversation,
    drawn: BTreeMap<MessageId, Drawn>,
    path_changed: bool,
    /// To be shown as soon as it is held: the answer to a call may overtake the stream.
    awaited: Option<MessageId>,
}

/// What is known of a message besides itself.
#[derive(Default)]
struct Drawn {
    /// Told when the message is drawn.
    trigger: ArcTrigger,
    /// How often it was replaced whole: its text may then be another, not only a longer one.
    replacements: u32,
    /// Since the last drawing.
    changed: bool,
}

impl Drawn {
    fn take_change(&mut self) -> Option<ArcTrigger> {
        std::mem::take(&mut self.changed).then(|| self.trigger.clone())
    }
}

impl Held {
    fn drawn(&mut self, id: MessageId) -> &mut Drawn {
        self.drawn.entry(id).or_default()
    }

    fn replaced(&mut self, id: MessageId) {
        let drawn = self.drawn(id);
        drawn.replacements += 1;
        drawn.changed = true;
        self.path_changed = true;
    }

    fn show_awaited(&mut self) {
        if let Some(id) = self.awaited.take_if(|id| self.conversation.message(*id).is_some()) {
            self.conversation.show(id);
            self.path_changed = true;
        }
    }
}

impl Thread {
    pub fn new(page: ConversationPage) -> Self {
        let conversation = Conversation::new(page.messages);
        let path = conversation.path();
        let more = has_more(&conversation, &path);
        Self {
            id: page.summary.conversation,
            held: StoredValue::new(Held { conversation, ..Held::default() }),
            path: RwSignal::new(path),
            more: RwSignal::new(more),
            gone: RwSignal::new(false),
            asked_again: RwSignal::new(0),
            drawings: Trigger::new(),
        }
    }

    /// The shown messages, from the oldest that is held to the newest.
    pub fn path(&self) -> ReadSignal<Vec<MessageId>> {
        self.path.read_only()
    }

    /// There are older messages to read.
    pub fn more(&self) -> ReadSignal<bool> {
        self.more.read_only()
    }

    /// The conversation was deleted.
    pub fn gone(&self) -> ReadSignal<bool> {
        self.gone.read_only()
    }

    /// How often the fold asked again.
    pub fn asked_again(&self) -> ReadSignal<u32> {
        self.asked_again.read_only()
    }

    /// Told after each drawing.
    pub fn drawings(&self) -> Trigger {
        self.drawings
    }

    /// Reads a message, and again whenever it was drawn anew. None when it is not held.
    pub fn read<T>(&self, id: MessageId, read: impl FnOnce(&Message) -> T) -> Option<T> {
        self.track(id);
        self.peek(id, read)
    }

    /// Reads a message once.
    pub fn peek<T>(&self, id: MessageId, read: impl FnOnce(&Message) -> T) -> Option<T> {
        self.held.try_with_value(|held| held.conversation.message(id).map(read)).flatten()
    }

    /// The last message of the path, and its state; read again when either changes.
    pub fn leaf(&self) -> Option<(MessageId, Status)> {
        let id = self.path.try_with(|path| path.last().copied()).flatten()?;
        self.read(id, |message| (id, message.status))
    }

    /// How often the message was replaced whole.
    pub fn replacements(&self, id: MessageId) -> u32 {
        self.held
            .try_with_value(|held| held.drawn.get(&id).map(|drawn| drawn.replacements))
            .flatten()
            .unwrap_or_default()
    }

    fn track(&self, id: MessageId) {
        if let Some(trigger) = self.held.try_update_value(|held| held.drawn(id).trigger.clone()) {
            trigger.track();
        }
    }

    /// Folds an event in; nothing is drawn yet.
    pub fn apply(&self, event: &Event) -> Applied {
        let applied = self.held.try_update_value(|held| {
            let applied = held.conversation.apply(event);
            match applied {
                Applied::Changed(id) if matches!(event, Event::Message(_)) => held.replaced(id),
                Applied::Changed(id) => held.drawn(id).changed = true,
                Applied::Reset => held.path_changed = true,
                Applied::Ignored | Applied::AskAgain(_) => {}
            }
            held.show_awaited();
            applied
        });
        match event {
            Event::Reset { reason: ResetReason::Gone } => self.bury(),
            // Somebody brought it back: its state follows.
            Event::Reset { .. } => drop(self.gone.try_set(false)),
            _ => {}
        }
        applied.unwrap_or(Applied::Ignored)
    }

    /// Holds what was read anew instead of all that was held.
    pub fn replace(&self, page: ConversationPage) {
        self.held.try_update_value(|held| {
            held.conversation = Conversation::new(page.messages);
            for id in held.conversation.path() {
                held.replaced(id);
            }
            held.path_changed = true;
            held.show_awaited();
        });
    }

    /// The conversation is not there any more.
    pub fn bury(&self) {
        self.gone.try_set(true);
    }

    pub fn count_asking_again(&self) {
        self.asked_again.try_update(|count| *count += 1);
    }

    /// Shows the branch of this message now, or as soon as the stream brings it.
    pub fn show(&self, id: MessageId) {
        self.held.try_update_value(|held| {
            held.awaited = Some(id);
            held.show_awaited();
        });
        self.draw();
    }

    /// Reads what is above the oldest held message.
    pub async fn read_older(self) -> Result<(), Error> {
        let oldest = self.path.try_with_untracked(|path| path.first().copied()).flatten();
        let page = get_conversation(self.id, None, oldest, None).await?;
        self.held.try_update_value(|held| {
            held.conversation.add_older(page.messages);
            held.path_changed = true;
        });
        self.draw();
        Ok(())
    }

    /// Tells what changed since the last drawing.
    pub fn draw(&self) {
        let drawn = self.held.try_update_value(|held| {
            let path = std::mem::take(&mut held.path_changed).then(|| {
                let path = held.conversation.path();
                (has_more(&held.conversation, &path), path)
            });
            let changed = held.drawn.values_mut().filter_map(|drawn| drawn.take_change());
            let triggers: Vec<_> = changed.collect();
            (path, triggers)
        });
        let Some((path, triggers)) = drawn else { return };
        if let Some((more, path)) = path {
            self.more.try_set(more);
            self.path.try_maybe_update(|shown| {
                let changed = *shown != path;
                *shown = path;
                (changed, ())
            });
        }
        for trigger in triggers {
            trigger.notify();
        }
        self.drawings.notify();
    }
}

/// The first held message of the path answers one that is not held. The stream's own state after a reset says no more.
fn has_more(conversation: &Conversation, path: &[MessageId]) -> bool {
    let first = path.first().and_then(|id| conversation.message(*id));
    first.is_some_and(|message| message.parent.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        stream::example,
        wire::{PartKind, Role},
    };

    fn thread() -> Thread {
        Thread::new(example::page(vec![
            example::message(1, Role::User, Status::Complete, "hello"),
            example::message(2, Role::Assistant, Status::Waiting, ""),
        ]))
    }

    #[test]
    fn a_change_is_told_when_it_is_drawn() {
        Owner::new().with(|| {
            let thread = thread();
            let reply = example::id(2);
            let text = Memo::new(move |_| thread.read(reply, Message::text));
            assert_eq!(text.get().as_deref(), Some(""));
            assert_eq!(thread.apply(&example::delta(2, 0, "Hi", 11)), Applied::Changed(reply));
            assert_eq!(text.get().as_deref(), Some(""), "folded, not drawn");
            thread.draw();
            assert_eq!(text.get().as_deref(), Some("Hi"));
            assert_eq!(thread.leaf(), Some((reply, Status::Streaming)));
        });
    }

    #[test]
    fn only_the_changed_message_is_told() {
        Owner::new().with(|| {
            let thread = thread();
            let reads = StoredValue::new(0);
            let other = Memo::new(move |_| {
                reads.update_value(|reads| *reads += 1);
                thread.read(example::id(1), Message::text)
            });
            other.get();
            thread.apply(&example::delta(2, 0, "Hi", 11));
            thread.draw();
            other.get();
            assert_eq!(reads.get_value(), 1);
        });
    }

    #[test]
    fn a_new_message_joins_the_path() {
        Owner::new().with(|| {
            let thread = thread();
            let mut next = example::message(3, Role::User, Status::Complete, "more");
            next.parent = Some(example::id(2));
            thread.apply(&Event::Message(next));
            thread.draw();
            assert_eq!(thread.path().get(), [1, 2, 3].map(example::id));
        });
    }

    #[test]
    fn an_answer_may_overtake_the_stream() {
        Owner::new().with(|| {
            let thread = thread();
            thread.show(example::id(3));
            assert_eq!(thread.path().get(), [1, 2].map(example::id), "nothing is hidden for what is not here yet");
            let mut sibling = example::message(3, Role::Assistant, Status::Waiting, "");
            sibling.parent = Some(example::id(1));
            thread.apply(&Event::Message(sibling));
            thread.draw();
            assert_eq!(thread.path().get(), [1, 3].map(example::id));
        });
    }

    #[test]
    fn a_reset_says_what_became_of_the_conversation() {
        Owner::new().with(|| {
            let thread = thread();
            thread.apply(&Event::Reset { reason: ResetReason::Unknown });
            for message in [1, 2].map(|n| example::message(n, Role::User, Status::Complete, "anew")) {
                thread.apply(&Event::Message(message));
            }
            thread.draw();
            assert_eq!(thread.path().get(), [1, 2].map(example::id));
            assert!(!thread.gone().get());
            thread.apply(&Event::Reset { reason: ResetReason::Gone });
            thread.draw();
            assert!(thread.gone().get() && thread.path().get().is_empty());
        });
    }

    #[test]
    fn what_was_read_anew_replaces_what_was_held() {
        Owner::new().with(|| {
            let thread = thread();
            assert!(!thread.more().get());
            thread.replace(example::page(vec![example::message(2, Role::Assistant, Status::Complete, "whole")]));
            thread.draw();
            assert!(thread.more().get());
            assert_eq!(thread.path().get(), [example::id(2)]);
            assert_eq!(thread.replacements(example::id(2)), 1);
            assert_eq!(thread.peek(example::id(2), |message| message.parts[0].kind), Some(PartKind::Text));
        });
    }
}
