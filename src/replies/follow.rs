//! A follower: a reader of one conversation and of the sidebar, which holds a cursor and nothing else.
//!
//! There is no queue. A follower marks its wake-ups as seen, reads all that is after its cursor, and waits when there is
//! nothing; whatever happens between the mark and the wait wakes it again. What it reads comes from the tail, or, where the
//! cursor is older than the tail, from the store in one read transaction.

use crate::{
    journal::{Known, Stretch, Tail, Told},
    relay::{Relay, Topic},
    store::{Error, Library, Owner},
};
use app::wire::{ConversationId, Cursor, Event, ResetReason, TroubleCode};
use futures::{StreamExt, stream::FuturesUnordered};
use std::{pin::Pin, sync::Arc};
use tokio::sync::watch;

/// Messages and rows of the sidebar with which a stream without a cursor begins.
const STATE: u32 = 100;

/// A seq that no conversation reaches: whoever comes back with it begins anew.
const NOWHERE: u64 = u64::MAX;

/// Where followers read.
#[derive(Clone)]
pub struct Sources {
    pub library: Arc<dyn Library>,
    pub tail: Arc<Tail>,
    pub relay: Arc<Relay>,
}

/// Events that belong together.
#[derive(Debug, PartialEq)]
pub struct Batch {
    pub events: Vec<Told>,
    /// The place after the last event; none when the batch is about the server and changes no place.
    pub cursor: Option<Cursor>,
}

pub struct Follower {
    sources: Sources,
    owner: Owner,
    conversation: Option<ConversationId>,
    place: Place,
    /// The `trouble` that this follower was told.
    told_full: bool,
    news: News,
}

/// Where a follower stands.
enum Place {
    /// It has to be told the current state first.
    Nowhere {
        reason: Option<ResetReason>,
    },
    At {
        cursor: Cursor,
        gone: bool,
    },
}

/// What wakes a follower, and what it has not read since.
struct News {
    conversation: Option<watch::Receiver<()>>,
    list: watch::Receiver<()>,
    trouble: watch::Receiver<()>,
    /// Completes when list or trouble were published. Looked at only when it is woken: what happens in the conversation is a
    /// thousand times as often.
    rare: FuturesUnordered<Pin<Box<dyn Future<Output = ()> + Send + Sync>>>,
    /// There may be something: the reason to look at the conversation, and at the list.
    unread: [bool; 2],
}

impl Follower {
    /// Follows the sidebar of `owner`, and a conversation where given, from `cursor`: what came out of an earlier stream, or out
    /// of a read. Anything that is no cursor of this conversation in this store begins with `reset` and the current state;
    /// without one the state comes alone.
    pub fn new(sources: Sources, owner: Owner, conversation: Option<ConversationId>, cursor: Option<&str>) -> Self {
        let log = sources.library.log(conversation);
        let place = match cursor.map(str::parse::<Cursor>) {
            None => Place::Nowhere { reason: None },
            Some(Ok(cursor)) if cursor.log == log => Place::At { cursor, gone: false },
            Some(_) => Place::Nowhere { reason: Some(ResetReason::Unknown) },
        };
        let news = News {
            conversation: conversation.map(|id| sources.relay.subscribe(Topic::Conversation(id))),
            list: sources.relay.subscribe(Topic::List(owner)),
            trouble: sources.relay.subscribe(Topic::Trouble),
            rare: FuturesUnordered::new(),
            unread: [true; 2],
        };
        Self { sources, owner, conversation, place, told_full: false, news }
    }

    /// The next batch, as soon as there is one. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Result<Batch, Error> {
        loop {
            if let Some(batch) = self.now().await? {
                return Ok(batch);
            }
            self.news.wait().await;
        }
    }

    /// What there is to read already; none when that is nothing.
    pub async fn now(&mut self) -> Result<Option<Batch>, Error> {
        self.news.mark_seen();
        self.read().await
    }

    async fn read(&mut self) -> Result<Option<Batch>, Error> {
        let full = self.sources.tail.is_full();
        if full != std::mem::replace(&mut self.told_full, full) && full {
            let trouble = Told::new(Event::Trouble { code: TroubleCode::DiskFull });
            return Ok(Some(Batch { events: vec![trouble], cursor: None }));
        }
        match self.place {
            Place::Nowhere { reason } => self.state(reason).await.map(Some),
            Place::At { cursor, gone } => self.after(cursor, gone).await,
        }
    }

    /// The current state: the end of the chosen path, and the sidebar.
    async fn state(&mut self, reason: Option<ResetReason>) -> Result<Batch, Error> {
        let Sources { library, .. } = &self.sources;
        let path = match self.conversation {
            Some(id) => library.path(self.owner, id, None, None, STATE).await?,
            None => None,
        };
        let list = library.list(self.owner, None, STATE).await?;
        let gone = self.conversation.is_some() && path.is_none();
        let reason = if gone { Some(ResetReason::Gone) } else { reason };
        // The store may be ahead of the tail, which would still tell of it: the wake-up to come is the time to look again.
        self.news.unread[0] &= !gone;
        let log = library.log(self.conversation);
        let seq = path.as_ref().map_or(0, |path| path.cursor.seq);
        let cursor = Cursor { log, seq, list: list.cursor.list };

        let reset = reason.map(|reason| Event::Reset { reason }).into_iter();
        // What stands beside the end comes behind it, and is held without being shown as the path.
        let messages =
            path.into_iter().flat_map(|path| path.messages.into_iter().chain(path.beside)).map(Event::Message);
        let events = reset.chain(list.rows.into_iter().map(Event::Summary)).chain(messages);
        self.place = Place::At { cursor, gone };
        Ok(Batch { events: events.map(Told::new).collect(), cursor: Some(cursor) })
    }

    async fn after(&mut self, cursor: Cursor, gone: bool) -> Result<Option<Batch>, Error> {
        let mut next = cursor;
        let mut events = Vec::new();
        // What was read counts as read together with the place behind it: this may be dropped at any wait.
        let mut unread = self.news.unread;
        if let Some(id) = self.conversation.filter(|_| unread[0]) {
            match self.changes(id, cursor.seq).await? {
                None if !gone => return Ok(Some(self.bury(cursor))),
                None => unread[0] = false,
                // It was brought back: whoever was told that it is gone is told what it is.
                Some(_) if gone => return self.state(Some(ResetReason::Unknown)).await.map(Some),
                // A store that went back, or a cursor that was made up.
                Some(stretch) if stretch.upto < cursor.seq => {
                    return self.state(Some(ResetReason::Unknown)).await.map(Some);
                }
                Some(stretch) => {
                    next.seq = stretch.upto;
                    unread[0] = stretch.more;
                    events.clone_from(&stretch.events);
                }
            }
        }
        if unread[1] {
            let (rows, list) = self.list_changes(cursor.list).await?;
            if list < cursor.list {
                return self.state(Some(ResetReason::Unknown)).await.map(Some);
            }
            next.list = list;
            unread[1] = !rows.is_empty();
            events.extend(rows.into_iter().map(Event::Summary).map(Told::new));
        }
        self.news.unread = unread;
        self.place = Place::At { cursor: next, gone };
        Ok((!events.is_empty()).then_some(Batch { events, cursor: Some(next) }))
    }

    /// Says that the conversation is gone, in a batch of its own: its reader drops what it held with the event and no other. Should
    /// it be brought back while the reader is away, no place in it would be one to go on from.
    fn bury(&mut self, cursor: Cursor) -> Batch {
        let cursor = Cursor { seq: NOWHERE, ..cursor };
        self.news.unread[0] = false;
        self.place = Place::At { cursor, gone: true };
        Batch { events: vec![Told::new(Event::Reset { reason: ResetReason::Gone })], cursor: Some(cursor) }
    }

    async fn changes(&self, id: ConversationId, seq: u64) -> Result<Option<Arc<Stretch>>, Error> {
        match self.sources.tail.changes(id, seq) {
            Known::Changes(stretch) => Ok(Some(stretch)),
            Known::Gone => Ok(None),
            Known::Unknown => {
                let changes = self.sources.library.changes(self.owner, id, seq).await?;
                Ok(changes.map(|changes| Arc::new(changes.into())))
            }
        }
    }

    async fn list_changes(&self, list: u64) -> Result<(Vec<app::wire::Summary>, u64), Error> {
        match self.sources.tail.list_changes(self.owner, list) {
            Some(known) => Ok(known),
            None => self.sources.library.list_changes(self.owner, list).await,
        }
    }
}

impl News {
    /// Marks what there is as seen: from here on, anything new ends the next wait.
    fn mark_seen(&mut self) {
        let [conversation, list] = &mut self.unread;
        *conversation |= self.conversation.as_mut().is_some_and(take_news);
        *list |= take_news(&mut self.list);
        if self.rare.is_empty() {
            take_news(&mut self.trouble);
            self.rare.push(Box::pin(either(self.list.clone(), self.trouble.clone())));
        }
    }

    async fn wait(&mut self) {
        let conversation = async {
            match &mut self.conversation {
                Some(news) => news.changed().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            // An error would mean that the relay is gone, and the process with it.
            _ = conversation => self.unread[0] = true,
            Some(()) = self.rare.next() => {}
        }
    }
}

/// Whether there was something new, which counts as seen from here on. It takes no lock where there is nothing: a thousand
/// followers would meet there.
fn take_news(topic: &mut watch::Receiver<()>) -> bool {
    let is_new = topic.has_changed().unwrap_or_default();
    if is_new {
        topic.borrow_and_update();
    }
    is_new
}

/// Completes when there is something new in one of them.
async fn either(mut one: watch::Receiver<()>, mut other: watch::Receiver<()>) {
    let _ = tokio::select! {
        woken = one.changed() => woken,
        woken = other.changed() => woken,
    };
}
