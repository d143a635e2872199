//! The committed text of running replies, in memory: a follower whose cursor lies within it needs no database.
//!
//! The tail holds what the journal has committed, never more: it is advanced after the commit and before the followers are
//! woken. It keeps each reply once, with marks (seq, part, end) into its text, so what a follower has not seen is a slice.

use super::Stretch;
use crate::{
    store::{Change, Changes, Owner, Step},
    sync::{Mutex, MutexGuard, PoisonError},
};
use app::wire::{Applied, ConversationId, Event, Message, MessageId, StatusChange, Summary};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Text in one stretch, in bytes, where it can be: what a follower costs while its peer reads slowly.
const STRETCH_BYTES: usize = 64 * 1024;

/// Rows of each sidebar that are kept.
const LIST_KEPT: usize = 100;

/// Conversations without a running reply that are kept; the longest at rest goes first.
const AT_REST_KEPT: usize = 64;

#[derive(Default)]
pub struct Tail {
    held: Mutex<Held>,
    /// The journal cannot store just now.
    full: AtomicBool,
}

#[derive(Default)]
struct Held {
    conversations: HashMap<ConversationId, ConversationTail>,
    lists: HashMap<Owner, ListTail>,
    /// Conversations whose last reply ended, in that order.
    at_rest: VecDeque<ConversationId>,
}

/// What happened in a conversation after `floor`.
struct ConversationTail {
    floor: u64,
    upto: u64,
    messages: BTreeMap<MessageId, MessageTail>,
    deleted: bool,
    /// What was told last, and after which seq: followers who are level are told the same.
    told: Option<(u64, Arc<Stretch>)>,
}

struct MessageTail {
    /// As it came, where that was after the floor.
    born: Option<Message>,
    /// As it is.
    now: Message,
    marks: Vec<Mark>,
    end: Option<StatusChange>,
}

/// After the event `seq`, the text of `part` reached byte `end`.
struct Mark {
    seq: u64,
    part: u32,
    start: usize,
    end: usize,
}

struct ListTail {
    floor: u64,
    rows: VecDeque<Summary>,
}

/// What the tail knows of a place.
#[derive(Debug)]
pub enum Known {
    /// All that happened after it; perhaps nothing.
    Changes(Arc<Stretch>),
    /// The conversation was deleted.
    Gone,
    /// The place is before what the tail holds, or after it: who has just read the store may be ahead of the tail by the commit
    /// that is being published. The store knows.
    Unknown,
}

impl Tail {
    /// Takes what a commit made true. The events of a conversation come in order of seq.
    pub fn advance(
        &self,
        events: Vec<(ConversationId, Event)>,
        summaries: Vec<(Owner, Summary)>,
        deleted: Vec<ConversationId>,
    ) {
        let mut held = self.lock();
        held.drop_what_is_at_rest(&events);
        for (id, event) in events {
            held.take_event(id, event);
        }
        for id in deleted {
            if let Some(conversation) = held.conversations.get_mut(&id) {
                conversation.deleted = true;
                conversation.messages.clear();
                held.at_rest.push_back(id);
            }
        }
        // Last: in one commit a conversation may be deleted and brought back, or deleted only, and its row says which.
        for (owner, summary) in summaries {
            held.take_summary(owner, summary);
        }
        held.forget_long_at_rest();
    }

    /// What happened in the conversation after `seq`, cut after about 64 KiB of text.
    pub fn changes(&self, conversation: ConversationId, seq: u64) -> Known {
        match self.lock().conversations.get_mut(&conversation) {
            Some(held) if held.deleted => Known::Gone,
            Some(held) if (held.floor..=held.upto).contains(&seq) => Known::Changes(held.after(seq)),
            _ => Known::Unknown,
        }
    }

    /// Rows of the sidebar that changed after `list`, and the counter that they reach; none when the store must be asked.
    pub fn list_changes(&self, owner: Owner, list: u64) -> Option<(Vec<Summary>, u64)> {
        let held = self.lock();
        let tail = held.lists.get(&owner)?;
        let upto = tail.rows.back().map_or(tail.floor, |row| row.list);
        let rows = tail.rows.iter().filter(|row| row.list > list).cloned().collect();
        (tail.floor..=upto).contains(&list).then_some((rows, upto))
    }

    pub fn set_full(&self, full: bool) {
        self.full.store(full, Ordering::Release);
    }

    /// The journal cannot store just now; it keeps what it holds and tries again.
    pub fn is_full(&self) -> bool {
        self.full.load(Ordering::Acquire)
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// When a conversation goes on, its earlier replies are the store's: a conversation of a thousand replies holds one here.
    fn drop_what_is_at_rest(&mut self, events: &[(ConversationId, Event)]) {
        for (id, _) in events {
            if let Some(conversation) = self.conversations.get_mut(id).filter(|conversation| conversation.is_at_rest())
            {
                conversation.start_over();
            }
        }
    }

    fn take_event(&mut self, id: ConversationId, event: Event) {
        let Some(seq) = seq(&event) else { return };
        // All that came before this event is older than the floor, and all after it will come here.
        let conversation = self.conversations.entry(id).or_insert_with(|| ConversationTail {
            floor: seq - 1,
            upto: seq - 1,
            messages: BTreeMap::new(),
            deleted: false,
            told: None,
        });
        conversation.take(event, seq);
        if conversation.is_at_rest() {
            self.at_rest.retain(|other| *other != id);
            self.at_rest.push_back(id);
        }
    }

    fn take_summary(&mut self, owner: Owner, summary: Summary) {
        // One that was brought back is the store's to tell.
        if !summary.deleted && self.conversations.get(&summary.conversation).is_some_and(|known| known.deleted) {
            self.conversations.remove(&summary.conversation);
        }
        let tail =
            self.lists.entry(owner).or_insert_with(|| ListTail { floor: summary.list - 1, rows: VecDeque::new() });
        tail.rows.retain(|row| row.conversation != summary.conversation);
        tail.rows.push_back(summary);
        if tail.rows.len() > LIST_KEPT
            && let Some(oldest) = tail.rows.pop_front()
        {
            tail.floor = oldest.list;
        }
    }

    fn forget_long_at_rest(&mut self) {
        while self.at_rest.len() > AT_REST_KEPT {
            let Some(id) = self.at_rest.pop_front() else { return };
            if self.conversations.get(&id).is_some_and(ConversationTail::is_at_rest) {
                self.conversations.remove(&id);
            }
        }
    }
}

impl ConversationTail {
    fn is_at_rest(&self) -> bool {
        self.deleted || self.messages.values().all(|message| !message.now.status.is_running())
    }

    fn take(&mut self, event: Event, seq: u64) {
        self.upto = seq;
        self.told = None;
        match &event {
            Event::Message(message) => {
                let born = Some(message.clone());
                let now = message.clone();
                self.messages.insert(message.id, MessageTail { born, now, marks: Vec::new(), end: None });
            }
            Event::Delta(delta) => {
                let Some(message) = self.messages.get_mut(&delta.message) else { return self.start_over() };
                match message.now.apply(&event) {
                    Applied::Changed(_) => {
                        let (start, part) = (delta.at as usize, delta.part);
                        message.marks.push(Mark { seq, part, start, end: start + delta.text.len() });
                    }
                    _ => self.start_over(),
                }
            }
            Event::Status(change) => {
                let Some(message) = self.messages.get_mut(&change.message) else { return self.start_over() };
                match message.now.apply(&event) {
                    Applied::Changed(_) => message.end = Some(change.clone()),
                    _ => self.start_over(),
                }
            }
            _ => {}
        }
    }

    /// An event about something that is not held, as after a restart: what came up to here, the store knows.
    fn start_over(&mut self) {
        self.floor = self.upto;
        self.told = None;
        self.messages.clear();
    }

    fn after(&mut self, seq: u64) -> Arc<Stretch> {
        if let Some((_, told)) = self.told.as_ref().filter(|(after, _)| *after == seq) {
            return told.clone();
        }
        let told = Arc::new(Stretch::from(self.changes(seq)));
        // Nobody is told of nothing.
        if told.upto > seq {
            self.told = Some((seq, told.clone()));
        }
        told
    }

    fn changes(&self, seq: u64) -> Changes {
        let mut changes: Vec<(u64, Piece<'_>)> = Vec::new();
        for message in self.messages.values().filter(|message| message.now.seq > seq) {
            let born = message.born.as_ref().filter(|born| born.seq > seq);
            changes.extend(born.map(|born| (born.seq, Piece::Whole(born))));
            let new = message.marks.partition_point(|mark| mark.seq <= seq);
            changes.extend(message.marks[new..].iter().map(|mark| (mark.seq, Piece::Text(&message.now, mark))));
            let end = message.end.as_ref().filter(|end| end.seq > seq);
            changes.extend(end.map(|end| (end.seq, Piece::Status(end))));
        }
        changes.sort_by_key(|(seq, _)| *seq);

        let mut bytes = 0;
        let fits = changes.iter().take_while(|(_, piece)| {
            let first = bytes == 0;
            bytes += piece.bytes();
            first || bytes <= STRETCH_BYTES
        });
        let fits = fits.count();
        let more = fits < changes.len();
        let upto = if more { changes[fits - 1].0 } else { self.upto };
        let changes = changes[..fits].iter().filter_map(|(seq, piece)| piece.to_change(*seq)).collect();
        Changes { changes, upto, more }
    }
}

/// A step of the history, borrowed.
enum Piece<'a> {
    Whole(&'a Message),
    Text(&'a Message, &'a Mark),
    Status(&'a StatusChange),
}

impl Piece<'_> {
    /// What it adds to a batch, roughly.
    fn bytes(&self) -> usize {
        const FRAME: usize = 256;
        match self {
            Self::Whole(message) => FRAME + message.parts.iter().map(|part| part.text.len()).sum::<usize>(),
            // Neighbours are merged into one event: only their text counts.
            Self::Text(_, mark) => mark.end - mark.start,
            Self::Status(_) => FRAME,
        }
    }

    fn to_change(&self, seq: u64) -> Option<Change> {
        Some(match self {
            Self::Whole(message) => {
                Change { seq, message: message.id, run: message.run, step: Step::Whole(Box::new((*message).clone())) }
            }
            Self::Text(message, mark) => {
                let part = message.parts.get(mark.part as usize)?;
                let text = part.text.get(mark.start..mark.end)?.to_owned();
                let step = Step::Text { part: mark.part, kind: part.kind, at: mark.start as u64, text };
                Change { seq, message: message.id, run: message.run, step }
            }
            Self::Status(change) => Change {
                seq,
                message: change.message,
                run: change.run,
                step: Step::Status(Box::new((*change).clone())),
            },
        })
    }
}

fn seq(event: &Event) -> Option<u64> {
    match event {
        Event::Message(message) => Some(message.seq),
        Event::Delta(delta) => Some(delta.seq),
        Event::Status(change) => Some(change.seq),
        _ => None,
    }
}
