//! The journal beside a store that has no room.

use app::wire::{Event, RequestId, TroubleCode};
use brooklet::{
    journal::{Journal, Tail},
    relay::Relay,
    replies::{Follower, Sources},
    store::{
        Committed, Error, Group, Intent, Ledger, NewMessage, Owner,
        sqlite::{self, Durability, SqliteLedger},
    },
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

/// A real store whose disk is full for as long as the test says.
struct Crowded {
    ledger: SqliteLedger,
    full: Arc<AtomicBool>,
    tries: Arc<AtomicUsize>,
}

#[async_trait::async_trait]
impl Ledger for Crowded {
    async fn commit(&mut self, group: &Group) -> Result<Committed, Error> {
        self.tries.fetch_add(1, Ordering::SeqCst);
        if self.full.load(Ordering::SeqCst) { Err(Error::Full) } else { self.ledger.commit(group).await }
    }
}

#[tokio::test]
async fn a_full_disk_is_told_waited_for_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let opened = sqlite::open(folder.path().join("brooklet.db"), Durability::Normal).await.unwrap();
    let (full, tries) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
    let ledger = Crowded { ledger: opened.ledger, full: full.clone(), tries: tries.clone() };
    let (tail, relay) = (Arc::new(Tail::default()), Arc::new(Relay::default()));
    let (journal, work) = Journal::new(ledger, tail.clone(), relay.clone());
    tokio::spawn(work.run());
    let sources = Sources { library: Arc::new(opened.library), tail, relay };
    let mut follower = Follower::new(sources, Owner::nil(), None, None);
    assert_eq!(follower.next().await.unwrap().events, []);

    let intent = Intent::Send(NewMessage {
        owner: Owner::nil(),
        request: RequestId::new(),
        body: [0; 32],
        conversation: None,
        parent: None,
        text: "kept".into(),
        title: "kept".into(),
        model: "openai/test".into(),
    });
    let submitted = tokio::spawn(async move { journal.submit(intent).await });
    let told = follower.next().await.unwrap();
    assert_eq!((told.events, told.cursor), (vec![Event::Trouble { code: TroubleCode::DiskFull }], None));
    assert!(!submitted.is_finished());

    tokio::time::pause();
    tokio::time::sleep(Duration::from_millis(3_500)).await;
    assert_eq!(tries.load(Ordering::SeqCst), 4, "once, and then once a second");
    full.store(false, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(1)).await;
    tokio::time::resume();
    assert!(submitted.await.unwrap().is_ok());
    assert!(matches!(&follower.next().await.unwrap().events[..], [Event::Summary(row)] if row.title == "kept"));
}
