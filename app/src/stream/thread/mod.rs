//! What the page holds of its conversation, and who is told when it is drawn.

use crate::wire::{
    Applied, Code, Conversation, ConversationId, ConversationPage, Error, Event, Message, MessageId, ResetReason,
    Status,
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

/// The newest messages of the path through this message, or of the newest path: also where the message is not there, so that
/// an old link still leads to the conversation.
pub async fn newest_page(conversation: ConversationId, branch: Option<MessageId>) -> Result<ConversationPage, Error> {
    match get_conversation(conversation, branch, None, None).await {
        Err(error) if error.code == Code::NotFound && branch.is_some() => {
            get_conversation(conversation, None, None, None).await
        }
        answer => answer,
    }
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
    branch: RwSignal<Option<MessageId>>,
    more: RwSignal<bool>,
    gone: RwSignal<bool>,
    asked_again: RwSignal<u32>,
}

#[derive(Default)]
struct Held {
    conversation: Conversation,
    drawn: BTreeMap<MessageId, Drawn>,
    path_changed: bool,
    /// To be shown as soon as it is held: the answer to a call may overtake the stream.
    awaited: Option<MessageId>,
    /// The shown path goes through this message, and it is not the one that would be shown without saying so.
    branch: Option<MessageId>,
    /// How far the conversation was read.
    seq: u64,
    /// How many reads are on their way.
    reads: u32,
    /// What the stream says meanwhile of messages that are not held: it may be newer than what is read.
    meanwhile: Vec<Event>,
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
            // What was asked for from here is the newest of all.
            self.branch = None;
            self.path_changed = true;
        }
    }

    fn apply(&mut self, event: &Event) -> Applied {
        let applied = self.conversation.apply(event);
        match applied {
            Applied::Changed(id) if matches!(event, Event::Message(_)) => {
                self.replaced(id);
                self.joined(id);
            }
            Applied::Changed(id) => self.drawn(id).changed = true,
            Applied::Reset => {
                self.branch = None;
                self.path_changed = true;
            }
            Applied::Ignored if self.reads > 0 && matches!(event, Event::Delta(_) | Event::Status(_)) => {
                self.meanwhile.push(event.clone());
            }
            Applied::Ignored | Applied::AskAgain(_) => {}
        }
        self.show_awaited();
        self.seq = self.seq.max(self.conversation.leaf().map_or(0, |leaf| leaf.seq));
        applied
    }

    /// A message came: its siblings count one more, and the shown branch may not be the newest any more.
    fn joined(&mut self, id: MessageId) {
        for sibling in self.conversation.siblings(id) {
            self.drawn(sibling).changed = true;
        }
        let leaf = self.conversation.leaf().map(|leaf| leaf.id);
        // What was asked for at once is one branch until one of them is gone on with.
        let beside = leaf.is_some_and(|leaf| self.conversation.together(leaf).contains(&id));
        if self.branch.is_none() && !beside && leaf.is_some_and(|leaf| leaf < id) {
            self.branch = leaf;
        }
    }

    /// Holds what was read beside what is held, and then what the stream said meanwhile. What of it is still about others
    /// stays for the reads that are on their way.
    fn read(&mut self, messages: Vec<Message>) {
        self.reads = self.reads.saturating_sub(1);
        self.conversation.add_older(messages);
        for event in std::mem::take(&mut self.meanwhile) {
            self.apply(&event);
        }
        self.path_changed = true;
    }
}

impl Thread {
    /// `branch` is the message through which the page was read.
    pub fn new(page: ConversationPage, branch: Option<MessageId>) -> Self {
        let branch = branch.filter(|branch| page.more || page.messages.iter().any(|message| message.id == *branch));
        let seq = page.cursor.seq;
        let mut conversation = Conversation::new(page.messages);
        conversation.add_older(page.beside);
        let path = conversation.path();
        let more = has_more(&conversation, &path);
        Self {
            id: page.summary.conversation,
            held: StoredValue::new(Held { conversation, branch, seq, ..Held::default() }),
            path: RwSignal::new(path),
            branch: RwSignal::new(branch),
            more: RwSignal::new(more),
            gone: RwSignal::new(false),
            asked_again: RwSignal::new(0),
        }
    }

    /// The shown messages, from the oldest that is held to the newest.
    pub fn path(&self) -> ReadSignal<Vec<MessageId>> {
        self.path.read_only()
    }

    /// What the address has to say for this path to be shown again; none for the newest.
    pub fn branch(&self) -> ReadSignal<Option<MessageId>> {
        self.branch.read_only()
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

    /// All messages with the parent of this one, itself among them, the oldest first; empty where it stands alone.
    pub fn siblings(&self, id: MessageId) -> Vec<MessageId> {
        self.track(id);
        self.held.try_with_value(|held| held.conversation.siblings(id)).unwrap_or_default()
    }

    /// The replies that were asked for at once with this one, itself among them, as far as they are held; empty where it was
    /// asked for alone.
    pub fn together(&self, id: MessageId) -> Vec<MessageId> {
        self.track(id);
        self.held.try_with_value(|held| held.conversation.together(id)).unwrap_or_default()
    }

    /// The branch to read when all is read anew: of what is awaited, else the shown one.
    pub fn wanted(&self) -> Option<MessageId> {
        let wanted = |held: &Held| held.awaited.or_else(|| held.conversation.leaf().map(|leaf| leaf.id));
        self.held.try_with_value(wanted).flatten()
    }

    /// How far the conversation was read.
    pub fn seq(&self) -> u64 {
        self.held.try_with_value(|held| held.seq).unwrap_or_default()
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
        let applied = self.held.try_update_value(|held| held.apply(event));
        match event {
            Event::Reset { reason: ResetReason::Gone } => self.bury(),
            // Somebody brought it back: its state follows.
            Event::Reset { .. } => drop(self.gone.try_set(false)),
            _ => {}
        }
        applied.unwrap_or(Applied::Ignored)
    }

    /// Holds what was read anew instead of all that was held, but for the older messages of the same path: a reader may be
    /// there.
    pub fn replace(&self, page: ConversationPage) {
        self.held.try_update_value(|held| {
            let old = std::mem::replace(&mut held.conversation, Conversation::new(page.messages));
            let path = held.conversation.path();
            let first = path.first().and_then(|id| held.conversation.message(*id));
            let above = std::iter::successors(first.and_then(|first| first.parent), |id| old.message(*id)?.parent);
            let above = above.map_while(|id| old.message(id).cloned()).collect();
            held.conversation.add_older(above);
            let beside: Vec<_> = page.beside.iter().map(|message| message.id).collect();
            held.conversation.add_older(page.beside);
            for id in path.into_iter().chain(beside) {
                held.replaced(id);
            }
            held.seq = held.seq.max(page.cursor.seq);
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
        let path = self.path.try_get_untracked().unwrap_or_default();
        self.read_beside(path.last().copied(), path.first().copied()).await?;
        self.draw();
        Ok(())
    }

    /// Reads the path through a message down to its newest continuation, or the newest path of all, and shows it with the next
    /// drawing.
    pub async fn read_branch(self, branch: Option<MessageId>) -> Result<(), Error> {
        let leaf = self.read_beside(branch, None).await?;
        self.held.try_update_value(|held| {
            if let Some(leaf) = leaf {
                held.conversation.show(leaf);
            }
            held.branch = branch;
            held.awaited = None;
            held.path_changed = true;
        });
        Ok(())
    }

    /// Reads messages and holds them beside what is held; gives the last of them.
    async fn read_beside(self, leaf: Option<MessageId>, before: Option<MessageId>) -> Result<Option<MessageId>, Error> {
        self.held.try_update_value(|held| held.reads += 1);
        let answer = get_conversation(self.id, leaf, before, None).await;
        let ((messages, beside), error) = match answer {
            Ok(page) => ((page.messages, page.beside), None),
            Err(error) => (Default::default(), Some(error)),
        };
        let last = messages.last().map(|message| message.id);
        self.held.try_update_value(|held| held.read(messages.into_iter().chain(beside).collect()));
        error.map_or(Ok(last), Err)
    }

    /// Tells what changed since the last drawing.
    pub fn draw(&self) {
        let drawn = self.held.try_update_value(|held| {
            let path = std::mem::take(&mut held.path_changed).then(|| {
                let path = held.conversation.path();
                (has_more(&held.conversation, &path), path, held.branch)
            });
            let changed = held.drawn.values_mut().filter_map(|drawn| drawn.take_change());
            let triggers: Vec<_> = changed.collect();
            (path, triggers)
        });
        let Some((path, triggers)) = drawn else { return };
        if let Some((more, path, branch)) = path {
            self.more.try_set(more);
            self.branch.try_maybe_update(|held| (std::mem::replace(held, branch) != branch, ()));
            self.path.try_maybe_update(|shown| {
                let changed = *shown != path;
                *shown = path;
                (changed, ())
            });
        }
        for trigger in triggers {
            trigger.notify();
        }
    }
}

/// The first held message of the path answers one that is not held. The stream's own state after a reset says no more.
fn has_more(conversation: &Conversation, path: &[MessageId]) -> bool {
    let first = path.first().and_then(|id| conversation.message(*id));
    first.is_some_and(|message| message.parent.is_some())
}

#[cfg(test)]
mod tests;
