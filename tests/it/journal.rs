//! The journal with its followers, over a real store: that text gets through whole, and what happens when there is no room.

use app::wire::{Applied, Conversation, Event, PartKind, RequestId, Sent, Status, TroubleCode};
use brooklet::{
    journal::{Done, INLET_BYTES, Journal, Outlet, Tail},
    relay::Relay,
    replies::{Follower, Sources},
    store::{
        Committed, End, Error, Group, Intent, Ledger, NewMessage, Owner,
        sqlite::{self, Durability, SqliteLedger},
    },
};
use proptest::prelude::*;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

const OWNER: Owner = Owner::nil();

/// A real store whose disk is full for as long as the test says.
struct Crowded {
    ledger: SqliteLedger,
    full: Arc<AtomicBool>,
    /// The database itself has no room to grow: some of what is written still finds a place.
    narrow: Arc<AtomicBool>,
    was_narrow: bool,
    tries: Arc<AtomicUsize>,
}

#[async_trait::async_trait]
impl Ledger for Crowded {
    async fn commit(&mut self, group: &Group) -> Result<Committed, Error> {
        self.tries.fetch_add(1, Ordering::SeqCst);
        if self.full.load(Ordering::SeqCst) {
            return Err(Error::Full);
        }
        let narrow = self.narrow.load(Ordering::SeqCst);
        if std::mem::replace(&mut self.was_narrow, narrow) != narrow {
            self.ledger.limit_pages(if narrow { 1 } else { 1_000_000 })?;
        }
        self.ledger.commit(group).await
    }
}

struct Server {
    journal: Journal,
    sources: Sources,
    full: Arc<AtomicBool>,
    narrow: Arc<AtomicBool>,
    tries: Arc<AtomicUsize>,
    _folder: tempfile::TempDir,
}

impl Server {
    async fn start(is_full: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let opened = sqlite::open(folder.path().join("brooklet.db"), Durability::Normal).unwrap();
        let (full, tries) = (Arc::new(AtomicBool::new(is_full)), Arc::new(AtomicUsize::new(0)));
        let narrow = Arc::new(AtomicBool::new(false));
        let ledger = Crowded {
            ledger: opened.ledger,
            full: full.clone(),
            narrow: narrow.clone(),
            was_narrow: false,
            tries: tries.clone(),
        };
        let (tail, relay) = (Arc::new(Tail::default()), Arc::new(Relay::default()));
        let (journal, work) = Journal::new(ledger, tail.clone(), relay.clone());
        tokio::spawn(work.run());
        let sources = Sources { library: Arc::new(opened.library), tail, relay };
        Self { journal, sources, full, narrow, tries, _folder: folder }
    }

    async fn begin(&self) -> (Sent, Outlet) {
        match self.journal.submit(send("kept")).await.unwrap() {
            Done::Begun(sent, outlet) => (sent, outlet),
            Done::Together(_) => panic!("one was asked"),
            Done::Outcome(other) => panic!("{other:?}"),
        }
    }

    async fn stored(&self, sent: Sent) -> app::wire::Message {
        self.sources.library.message(OWNER, sent.reply).await.unwrap().unwrap().0
    }
}

fn send(text: &str) -> Intent {
    Intent::Send(NewMessage {
        owner: OWNER,
        request: RequestId::new(),
        body: [0; 32],
        conversation: None,
        parent: None,
        edits: None,
        text: text.into(),
        images: Vec::new(),
        pastes: Vec::new(),
        title: text.into(),
        setup: None,
        model: "openai/test".into(),
        also: Vec::new(),
    })
}

fn complete() -> End {
    End { status: Status::Complete, error: None }
}

#[tokio::test]
async fn a_full_disk_is_told_waited_for_and_loses_nothing() {
    let server = Server::start(true).await;
    let mut follower = Follower::new(server.sources.clone(), OWNER, None, None);
    assert!(follower.next().await.unwrap().events.is_empty());
    let journal = server.journal.clone();
    let submitted = tokio::spawn(async move { journal.submit(send("kept")).await });
    let told = follower.next().await.unwrap();
    assert_eq!(told.events, [Event::Trouble { code: TroubleCode::DiskFull }]);
    assert_eq!(told.cursor, None);
    assert!(!submitted.is_finished());

    tokio::time::pause();
    tokio::time::sleep(Duration::from_millis(3_500)).await;
    assert_eq!(server.tries.load(Ordering::SeqCst), 4, "once, and then once a second");
    server.full.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(1)).await;
    tokio::time::resume();
    assert!(submitted.await.unwrap().is_ok());
    let told = follower.next().await.unwrap().events;
    assert!(matches!(&told[..], [row] if matches!(&**row, Event::Summary(row) if row.title == "kept")), "{told:?}");
}

#[tokio::test]
async fn a_runner_waits_when_its_inlet_is_full_and_then_goes_on() {
    let server = Server::start(false).await;
    let (sent, mut outlet) = server.begin().await;
    server.full.store(true, Ordering::SeqCst);
    let text = "溪".repeat(INLET_BYTES / 2);
    let written = tokio::spawn({
        let text = text.clone();
        async move {
            outlet.push(PartKind::Text, &text).await;
            outlet.end(complete()).await;
        }
    });
    tokio::time::pause();
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(!written.is_finished(), "three halves of an inlet cannot be taken at once");
    server.full.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(1)).await;
    tokio::time::resume();
    written.await.unwrap();

    let mut follower = Follower::new(server.sources.clone(), OWNER, Some(sent.conversation), None);
    while server.stored(sent).await.status.is_running() {
        follower.next().await.unwrap();
    }
    assert_eq!(server.stored(sent).await.text(), text);
}

#[tokio::test]
async fn a_reply_that_meets_the_end_of_the_disk_goes_on_whole_when_there_is_room() {
    let server = Server::start(false).await;
    let (sent, mut outlet) = server.begin().await;
    let pieces: Vec<String> = (0..600).map(|n| format!("{n} {}", "溪".repeat(1_000))).collect();
    let shown = Arc::new(tokio::sync::Notify::new());
    let writing = tokio::spawn({
        let (pieces, shown) = (pieces.clone(), shown.clone());
        async move {
            for (index, piece) in pieces.into_iter().enumerate() {
                outlet.push(PartKind::Text, &piece).await;
                if index == 0 {
                    shown.notified().await;
                }
            }
            outlet.end(complete()).await;
        }
    });
    let mut follower = Follower::new(server.sources.clone(), OWNER, Some(sent.conversation), None);
    let (mut held, mut troubles) = (Conversation::default(), 0);
    while held.message(sent.reply).is_none_or(|reply| reply.status.is_running()) {
        for event in follower.next().await.unwrap().events {
            assert!(!matches!(held.apply(&event), Applied::AskAgain(_)), "{event:?} does not fit");
            if let Event::Trouble { .. } = &*event {
                troubles += 1;
                server.narrow.store(false, Ordering::SeqCst);
            }
            // Full once, with the first text that is shown; the rest is written then.
            if troubles == 0 && held.message(sent.reply).is_some_and(|reply| !reply.text().is_empty()) {
                server.narrow.store(true, Ordering::SeqCst);
                shown.notify_one();
            }
        }
    }
    writing.await.unwrap();
    assert_eq!((troubles, held.message(sent.reply).unwrap().text()), (1, pieces.concat()));
    assert_eq!(server.stored(sent).await.text(), pieces.concat());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// However text is cut into chunks, and wherever a reader's connection breaks, inside a batch too: what it folds is what is
    /// stored, and never more.
    #[test]
    fn a_reader_whose_connection_breaks_anywhere_folds_what_is_stored(
        chunks in prop::collection::vec(("[a-z 溪🐟]{1,9}", any::<bool>(), 0..3_u8), 1..60),
        visits in prop::collection::vec((1..4_usize, prop::option::of(0..4_usize)), 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::start(false).await;
            let (sent, mut outlet) = server.begin().await;
            let writing = tokio::spawn(async move {
                for (text, reasoning, pauses) in chunks {
                    let kind = if reasoning { PartKind::Reasoning } else { PartKind::Text };
                    outlet.push(kind, &text).await;
                    for _ in 0..pauses {
                        tokio::task::yield_now().await;
                    }
                }
                outlet.end(complete()).await;
            });
            let (mut held, mut cursor) = (Conversation::default(), None::<String>);
            let mut visits = visits.into_iter().cycle();
            // A connection that always breaks at its first event would never get anywhere.
            let mut was_cut = false;
            while held.message(sent.reply).is_none_or(|reply| reply.status.is_running()) {
                let (batches, cut) = visits.next().unwrap();
                let mut follower = Follower::new(server.sources.clone(), OWNER, Some(sent.conversation), cursor.as_deref());
                for left in (0..batches).rev() {
                    let batch = follower.next().await.unwrap();
                    // The last batch of a visit may be cut: then its id, which is on its last event, never came.
                    let cut = cut.filter(|cut| left == 0 && !was_cut && *cut < batch.events.len());
                    was_cut = cut.is_some();
                    for event in &batch.events[..cut.unwrap_or(batch.events.len())] {
                        prop_assert!(!matches!(held.apply(event), Applied::AskAgain(_)), "{:?} does not fit", event);
                    }
                    if cut.is_none() {
                        cursor = batch.cursor.map(|cursor| cursor.to_string());
                    }
                    let (stored, shown) = (server.stored(sent).await, held.message(sent.reply));
                    for (index, part) in shown.iter().flat_map(|shown| shown.parts.iter().enumerate()) {
                        prop_assert!(stored.parts[index].text.starts_with(&part.text), "shown, but not stored");
                    }
                    if shown.is_some_and(|shown| !shown.status.is_running()) {
                        break;
                    }
                }
            }
            writing.await.unwrap();
            prop_assert_eq!(held.message(sent.reply), Some(&server.stored(sent).await));
            Ok(())
        })?;
    }
}
