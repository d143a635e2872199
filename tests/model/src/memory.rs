//! A store of one conversation in memory: its history is a list of events, as the real one's is in rows.

use crate::{
    store::{
        Bookmark, Change, Changes, Committed, End, Error, Group, Intent, KeptProvider, Ledger, Library, List, Orphan,
        Outcome, Owner, Path, Place, Said, Step,
    },
    sync::{Mutex, MutexGuard, PoisonError},
};
use app::wire::{
    ConversationId, ConversationSetup, Cursor, Delta, Event, KeptPreferences, Message, MessageId, Part, Role, Seam,
    Sent, Status, StatusChange, Summary,
};
use std::sync::Arc;
use uuid::Uuid;

pub const CONVERSATION: ConversationId = ConversationId(Uuid::from_u128(1));
pub const QUESTION: MessageId = MessageId(Uuid::from_u128(2));
pub const REPLY: MessageId = MessageId(Uuid::from_u128(3));

#[derive(Clone, Default)]
pub struct Memory {
    held: Arc<Mutex<Held>>,
}

#[derive(Default)]
struct Held {
    seq: u64,
    list: u64,
    reply: Option<Message>,
    history: Vec<Event>,
    deleted: bool,
}

impl Memory {
    /// The reply as it is stored.
    pub fn reply(&self) -> Option<Message> {
        self.lock().reply.clone()
    }

    /// How often a run was ended.
    pub fn ends(&self) -> usize {
        self.lock().history.iter().filter(|event| matches!(event, Event::Status(_))).count()
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl Ledger for Memory {
    async fn commit(&mut self, group: &Group) -> Result<Committed, Error> {
        let mut held = self.lock();
        let mut committed = Committed::default();
        for grown in &group.grown {
            if !held.is_run_of(grown.run) {
                committed.ended.push((grown.message, grown.run));
                continue;
            }
            for piece in &grown.pieces {
                let (t, pad, seq) = (0, String::new(), held.next_seq());
                let (message, run, part, kind, at) = (grown.message, grown.run, piece.part, piece.kind, piece.at);
                let text = piece.text.clone();
                held.record(Event::Delta(Delta { message, run, part, kind, at, text, seq, t, pad }), &mut committed);
            }
            if let Some(end) = &grown.end {
                held.end(end, &mut committed);
            }
        }
        for intent in &group.intents {
            let outcome = held.carry_out(intent, &mut committed);
            committed.outcomes.push(Ok(outcome));
        }
        Ok(committed)
    }
}

impl Held {
    fn carry_out(&mut self, intent: &Intent, committed: &mut Committed) -> Outcome {
        match intent {
            Intent::Send(_) => {
                let seq = self.next_seq();
                let reply = Message {
                    id: REPLY,
                    conversation: CONVERSATION,
                    parent: None,
                    siblings: Vec::new(),
                    role: Role::Assistant,
                    run: 1,
                    status: Status::Waiting,
                    parts: Vec::<Part>::new(),
                    seams: Vec::new(),
                    model: None,
                    hint: None,
                    together: false,
                    usage: None,
                    finish: None,
                    error: None,
                    created_at: 0,
                    seq,
                };
                self.reply = Some(reply.clone());
                self.history.push(Event::Message(reply.clone()));
                committed.events.push((CONVERSATION, Event::Message(reply)));
                self.touch(committed);
                Outcome::Begun {
                    sent: Sent { conversation: CONVERSATION, message: QUESTION, reply: REPLY },
                    run: 1,
                    place: None,
                }
            }
            Intent::Stop { .. } => {
                if self.is_running() {
                    self.end(&End { status: Status::Stopped, error: None }, committed);
                }
                Outcome::Done
            }
            Intent::Continue { .. } => {
                let seq = self.next_seq();
                let Some(reply) = &mut self.reply else { unreachable!("it was begun") };
                let place =
                    reply.parts.last().map(|last| Place { part: 0, kind: last.kind, at: last.text.len() as u64 });
                (reply.run, reply.status, reply.error, reply.seq) = (reply.run + 1, Status::Waiting, None, seq);
                reply.seams.extend(place.map(|Place { part, at, .. }| Seam { run: reply.run, part, at }));
                let (run, reply) = (reply.run, reply.clone());
                // As the real one: whoever stands before this reads the message whole.
                self.history.retain(|event| !matches!(event, Event::Message(_) | Event::Delta(_) | Event::Status(_)));
                self.history.push(Event::Message(reply.clone()));
                committed.events.push((CONVERSATION, Event::Message(reply)));
                self.touch(committed);
                let sent = Sent { conversation: CONVERSATION, message: QUESTION, reply: REPLY };
                Outcome::Begun { sent, run, place }
            }
            Intent::Delete { .. } => {
                if self.is_running() {
                    self.end(&End { status: Status::Stopped, error: None }, committed);
                }
                self.deleted = true;
                self.touch(committed);
                committed.deleted.push(CONVERSATION);
                Outcome::Done
            }
            Intent::Undelete { .. } => {
                self.deleted = false;
                self.touch(committed);
                Outcome::Changed(self.summary())
            }
            other => unreachable!("no test asks for {other:?}"),
        }
    }

    fn is_running(&self) -> bool {
        !self.deleted && self.reply.as_ref().is_some_and(|reply| reply.status.is_running())
    }

    fn is_run_of(&self, run: u32) -> bool {
        self.is_running() && self.run() == run
    }

    fn run(&self) -> u32 {
        self.reply.as_ref().map_or(0, |reply| reply.run)
    }

    fn next_seq(&mut self) -> u64 {
        self.seq += 1;
        self.seq
    }

    fn end(&mut self, end: &End, committed: &mut Committed) {
        let seq = self.next_seq();
        let sizes = self.reply.as_ref().map(Message::sizes);
        let (status, error) = (end.status, end.error.clone());
        let run = self.run();
        let change =
            StatusChange { message: REPLY, run, status, usage: None, finish: None, error, sizes, ms: None, seq };
        self.record(Event::Status(change), committed);
        committed.ended.push((REPLY, run));
        self.touch(committed);
    }

    fn record(&mut self, event: Event, committed: &mut Committed) {
        if let Some(reply) = &mut self.reply {
            reply.apply(&event);
        }
        self.history.push(event.clone());
        committed.events.push((CONVERSATION, event));
    }

    fn touch(&mut self, committed: &mut Committed) {
        self.list += 1;
        committed.summaries.push((Owner::nil(), self.summary()));
    }

    fn summary(&self) -> Summary {
        let (title, running, unread) = (String::new(), self.is_running(), false);
        let (version, updated_at, deleted, list) = (1, 0, self.deleted, self.list);
        Summary {
            conversation: CONVERSATION,
            title,
            version,
            updated_at,
            running,
            unread,
            set_up: false,
            deleted,
            list,
        }
    }

    fn cursor(&self) -> Cursor {
        Cursor { log: 7, seq: self.seq, list: self.list }
    }
}

/// A database answers from another thread: whoever reads may be dropped meanwhile.
async fn waits() {
    tokio::task::yield_now().await;
}

#[async_trait::async_trait]
impl Library for Memory {
    fn log(&self, _: Option<ConversationId>) -> u32 {
        7
    }

    async fn path(
        &self,
        _: Owner,
        _: ConversationId,
        _: Option<MessageId>,
        _: Option<MessageId>,
        _: u32,
    ) -> Result<Option<Path>, Error> {
        waits().await;
        let held = self.lock();
        let path = (!held.deleted).then(|| Path {
            summary: held.summary(),
            messages: held.reply.clone().into_iter().collect(),
            more: false,
            beside: Vec::new(),
            cursor: held.cursor(),
        });
        Ok(path)
    }

    async fn list(&self, _: Owner, _: Option<ConversationId>, _: u32) -> Result<List, Error> {
        waits().await;
        let held = self.lock();
        let rows = if held.list > 0 && !held.deleted { vec![held.summary()] } else { Vec::new() };
        Ok(List { rows, more: false, cursor: held.cursor() })
    }

    async fn changes(&self, _: Owner, _: ConversationId, after: u64) -> Result<Option<Changes>, Error> {
        waits().await;
        let held = self.lock();
        if held.deleted {
            return Ok(None);
        }
        let changes = held.history.iter().filter_map(|event| {
            let (seq, step) = match event.clone() {
                Event::Message(message) => (message.seq, Step::Whole(Box::new(message))),
                Event::Delta(Delta { part, kind, at, text, seq, .. }) => (seq, Step::Text { part, kind, at, text }),
                Event::Status(change) => (change.seq, Step::Status(Box::new(change))),
                _ => return None,
            };
            (seq > after).then_some(Change { seq, message: REPLY, run: held.run(), step })
        });
        Ok(Some(Changes { changes: changes.collect(), upto: held.seq, more: false }))
    }

    async fn list_changes(&self, _: Owner, after: u64) -> Result<(Vec<Summary>, u64), Error> {
        waits().await;
        let held = self.lock();
        let rows = if held.list > after { vec![held.summary()] } else { Vec::new() };
        Ok((rows, held.list))
    }

    async fn lacks_title(&self, _: Owner, _: ConversationId) -> Result<bool, Error> {
        Ok(false)
    }

    async fn prompt(&self, _: MessageId) -> Result<Vec<Said>, Error> {
        Ok(Vec::new())
    }

    async fn revised(&self, _: MessageId) -> Result<Option<String>, Error> {
        Ok(None)
    }

    async fn preferences(&self, _: Owner) -> Result<KeptPreferences, Error> {
        Ok(KeptPreferences::default())
    }

    async fn recent_models(&self, _: Owner) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    async fn attachments(&self, _: Option<Owner>, _: Vec<String>) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    async fn setup(&self, _: Owner, _: ConversationId) -> Result<Option<ConversationSetup>, Error> {
        Ok(None)
    }

    async fn providers(&self) -> Result<Vec<KeptProvider>, Error> {
        Ok(Vec::new())
    }

    async fn bookmark(&self, _: MessageId) -> Result<Option<Bookmark>, Error> {
        Ok(None)
    }

    async fn orphans(&self) -> Result<Vec<Orphan>, Error> {
        Ok(Vec::new())
    }

    async fn message(&self, _: Owner, _: MessageId) -> Result<Option<(Message, Cursor)>, Error> {
        let held = self.lock();
        Ok(held.reply.clone().map(|reply| (reply, held.cursor())))
    }
}
