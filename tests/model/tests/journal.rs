//! Every interleaving that the model checker chooses: what followers fold is what is stored, and each run ends once.

use app::wire::{Applied, Conversation, Event, Message, PartKind, RequestId, Sidebar, Status};
use futures::future::{Either, select};
use model::{
    journal::{Done, Journal, Outlet, Tail},
    memory::{CONVERSATION, Memory, REPLY},
    relay::Relay,
    replies::{Follower, Sources},
    store::{End, Intent, NewMessage, Owner},
};
use shuttle::{
    Config, Runner, future,
    rand::Rng,
    scheduler::{PctScheduler, RandomScheduler},
};
use std::{pin::pin, sync::Arc};

const ITERATIONS: usize = 2_000;
const TOKENS: [&str; 4] = ["a ", "brook", " — ", "溪"];

struct Server {
    memory: Memory,
    journal: Journal,
    sources: Sources,
}

fn start() -> Server {
    let memory = Memory::default();
    let (tail, relay) = (Arc::new(Tail::default()), Arc::new(Relay::default()));
    let (journal, work) = Journal::new(memory.clone(), tail.clone(), relay.clone());
    future::spawn(async move { work.run().await.expect("memory does not break") });
    Server { sources: Sources { library: Arc::new(memory.clone()), tail, relay }, memory, journal }
}

impl Server {
    async fn send(&self) -> Outlet {
        let intent = Intent::Send(NewMessage {
            owner: Owner::nil(),
            request: RequestId(uuid::Uuid::nil()),
            body: [0; 32],
            conversation: Some(CONVERSATION),
            parent: None,
            edits: None,
            text: String::new(),
            images: Vec::new(),
            pastes: Vec::new(),
            title: String::new(),
            setup: None,
            model: String::new(),
            also: Vec::new(),
        });
        match self.journal.submit(intent).await.expect("stored") {
            Done::Begun(_, outlet) => outlet,
            Done::Together(_) => panic!("one was asked"),
            Done::Outcome(other) => panic!("{other:?}"),
        }
    }

    /// Follows from `cursor` until the reply is over or gone, and gives what was folded. On the way, what was shown must be stored.
    async fn follow(&self, cursor: Option<&str>) -> Option<Message> {
        self.follow_to(cursor, 1).await
    }

    /// The same, until this run is over.
    async fn follow_to(&self, cursor: Option<&str>, run: u32) -> Option<Message> {
        let mut follower = Follower::new(self.sources.clone(), Owner::nil(), Some(CONVERSATION), cursor);
        let mut folded = Conversation::default();
        loop {
            let batch = follower.next().await.expect("memory does not break");
            for event in &batch.events {
                match folded.apply(event) {
                    Applied::AskAgain(gap) => panic!("{gap:?} at {event:?}"),
                    Applied::Reset => return None,
                    Applied::Changed(_) | Applied::Ignored => {}
                }
            }
            let Some(shown) = folded.message(REPLY) else { continue };
            let stored = self.memory.reply().expect("it is shown, so it is stored");
            assert!(
                stored.text().starts_with(&shown.text()),
                "{:?} was shown, {:?} is stored",
                shown.text(),
                stored.text()
            );
            if !shown.status.is_running() && shown.run == run {
                assert_eq!(shown.text(), stored.text());
                return Some(shown.clone());
            }
        }
    }
}

async fn write(mut outlet: Outlet) {
    for token in TOKENS {
        outlet.push(PartKind::Text, token).await;
    }
    outlet.end(End { status: Status::Complete, error: None }).await;
}

/// Under the two ways in which the checker chooses: evenly, and with a few well-placed preemptions.
fn check(scenario: fn()) {
    let mut config = Config::new();
    // What fails says so, which takes more than a task has by default.
    config.stack_size = 256 * 1024;
    Runner::new(RandomScheduler::new(ITERATIONS), config.clone()).run(scenario);
    Runner::new(PctScheduler::new(3, ITERATIONS), config).run(scenario);
}

#[test]
fn early_and_late_followers_read_the_whole_reply() {
    check(|| {
        future::block_on(async {
            let server = Arc::new(start());
            let early = future::spawn({
                let server = server.clone();
                async move { server.follow(Some("00000007.0.0")).await }
            });
            let outlet = server.send().await;
            let writer = future::spawn(write(outlet));
            let late = future::spawn({
                let server = server.clone();
                async move { server.follow(None).await }
            });
            writer.await.expect("the writer ends");
            for follower in [early, late] {
                let read = follower.await.expect("no panic").expect("nothing is deleted");
                assert_eq!((read.text(), read.status), (TOKENS.concat(), Status::Complete));
            }
        });
    });
}

#[test]
fn a_stop_that_races_the_last_piece_ends_the_run_once() {
    check(|| {
        future::block_on(async {
            let server = Arc::new(start());
            let outlet = server.send().await;
            let reader = future::spawn({
                let server = server.clone();
                async move { server.follow(None).await }
            });
            let lost = outlet.lost();
            let writer = future::spawn(write(outlet));
            let stop = Intent::Stop { owner: Owner::nil(), reply: REPLY };
            server.journal.submit(stop).await.expect("stopping always works");
            // Stopped or complete, the run is over for its writer.
            lost.await;
            writer.await.expect("a lost writer is not stuck");
            let read = reader.await.expect("no panic").expect("nothing is deleted");
            assert!(matches!(read.status, Status::Stopped | Status::Complete));
            assert!(TOKENS.concat().starts_with(&read.text()));
            assert_eq!(server.memory.ends(), 1);
        });
    });
}

#[test]
fn a_reply_that_goes_on_after_a_stop_is_read_whole_by_all() {
    check(|| {
        future::block_on(async {
            let server = Arc::new(start());
            let outlet = server.send().await;
            let first = future::spawn(write(outlet));
            let stop = Intent::Stop { owner: Owner::nil(), reply: REPLY };
            server.journal.submit(stop).await.expect("stopping always works");
            let ended = server.memory.reply().expect("it was begun").status;
            let reader = future::spawn({
                let server = server.clone();
                async move { server.follow_to(Some("00000007.0.0"), 2).await }
            });
            let again = Intent::Continue { owner: Owner::nil(), reply: REPLY };
            let Ok(Done::Begun(_, outlet)) = server.journal.submit(again).await else { panic!("not begun") };
            let late = future::spawn({
                let server = server.clone();
                async move { server.follow_to(None, 2).await }
            });
            write(outlet).await;
            first.await.expect("a lost writer is not stuck");
            for reader in [reader, late] {
                let read = reader.await.expect("no panic").expect("nothing is deleted");
                // Handed over is not stored: only whoever has read the end knows that it is.
                let stored = server.memory.reply().expect("it was begun");
                assert_eq!((read.text(), read.run), (stored.text(), 2));
            }
            let stored = server.memory.reply().expect("it was begun");
            // All that was said before the stop, whatever that was, and then all of the second run.
            let all = TOKENS.concat();
            let before = stored.text().strip_suffix(&all).map(str::to_owned).expect("the second run said all");
            assert!(all.starts_with(&before) && !ended.is_running(), "{before:?}");
            assert_eq!(stored.seams.first().map_or(0, |seam| seam.at), before.len() as u64);
        });
    });
}

#[test]
fn a_delete_while_a_reply_runs_tells_every_follower() {
    check(|| {
        future::block_on(async {
            let server = Arc::new(start());
            let outlet = server.send().await;
            let reader = future::spawn({
                let server = server.clone();
                async move { server.follow(Some("00000007.0.0")).await }
            });
            let lost = outlet.lost();
            let writer = future::spawn(write(outlet));
            let delete = Intent::Delete { owner: Owner::nil(), conversation: CONVERSATION };
            server.journal.submit(delete).await.expect("deleting always works");
            lost.await;
            writer.await.expect("a lost writer is not stuck");
            // It had read to the end before, or it is told that there is nothing any more.
            let read = reader.await.expect("no panic");
            assert!(read.is_none_or(|read| !read.status.is_running()));
        });
    });
}

#[test]
fn a_conversation_that_is_brought_back_is_told_to_who_heard_that_it_was_gone() {
    // One for the message, one for the reply's end, one for the deletion, and the last one for its return.
    const LAST: u64 = 4;
    check(|| {
        future::block_on(async {
            let server = Arc::new(start());
            let outlet = server.send().await;
            let reader = future::spawn({
                let server = server.clone();
                async move {
                    let mut follower = Follower::new(server.sources.clone(), Owner::nil(), Some(CONVERSATION), None);
                    let (mut folded, mut sidebar) = (Conversation::default(), Sidebar::default());
                    loop {
                        for event in follower.next().await.expect("memory does not break").events {
                            assert!(!matches!(folded.apply(&event), Applied::AskAgain(_)), "{event:?}");
                            sidebar.apply(&event);
                        }
                        let is_back = sidebar.get(CONVERSATION).is_some_and(|row| row.list == LAST);
                        match folded.message(REPLY) {
                            Some(reply) if is_back && !reply.status.is_running() => return reply.clone(),
                            _ => {}
                        }
                    }
                }
            });
            let writer = future::spawn(write(outlet));
            let (owner, conversation) = (Owner::nil(), CONVERSATION);
            server.journal.submit(Intent::Delete { owner, conversation }).await.expect("deleting always works");
            server.journal.submit(Intent::Undelete { owner, conversation }).await.expect("it was just deleted");
            writer.await.expect("a lost writer is not stuck");
            assert_eq!(Some(reader.await.expect("no panic")), server.memory.reply());
        });
    });
}

#[test]
fn a_reader_that_comes_back_at_any_event_misses_nothing() {
    check(|| {
        future::block_on(async {
            let server = Arc::new(start());
            let outlet = server.send().await;
            let writer = future::spawn(write(outlet));
            let mut folded = Conversation::default();
            let mut cursor = None::<String>;
            // One batch a connection: each time it comes back with the last id, as a browser does.
            while folded.message(REPLY).is_none_or(|reply| reply.status.is_running()) {
                let mut follower =
                    Follower::new(server.sources.clone(), Owner::nil(), Some(CONVERSATION), cursor.as_deref());
                let batch = follower.next().await.expect("memory does not break");
                for event in &batch.events {
                    assert!(!matches!(folded.apply(event), Applied::AskAgain(_) | Applied::Reset), "{event:?}");
                    assert!(!matches!(**event, Event::Reset { .. }));
                }
                cursor = batch.cursor.map(|cursor| cursor.to_string());
            }
            writer.await.expect("the writer ends");
            assert_eq!(folded.message(REPLY).map(Message::text), Some(TOKENS.concat()));
        });
    });
}

#[test]
fn a_follower_that_is_interrupted_while_it_reads_misses_nothing() {
    check(|| {
        future::block_on(async {
            let server = Arc::new(start());
            let outlet = server.send().await;
            let writer = future::spawn(write(outlet));
            // Without a tail all is read from the store, and the conversation and the sidebar one after the other.
            let sources = Sources { tail: Arc::new(Tail::default()), ..server.sources.clone() };
            let mut follower = Follower::new(sources, Owner::nil(), Some(CONVERSATION), None);
            let mut folded = Conversation::default();
            let mut interruptions = 8;
            while folded.message(REPLY).is_none_or(|reply| reply.status.is_running()) {
                let is_left_alone = interruptions == 0;
                let patience = async {
                    if is_left_alone {
                        std::future::pending::<()>().await;
                    }
                    for _ in 0..shuttle::rand::thread_rng().gen_range(0..4) {
                        future::yield_now().await;
                    }
                };
                // As a stream does whose heartbeat is due.
                let batch = match select(pin!(follower.next()), pin!(patience)).await {
                    Either::Left((batch, _)) => batch.expect("memory does not break"),
                    Either::Right(_) => {
                        interruptions -= 1;
                        continue;
                    }
                };
                for event in &batch.events {
                    assert!(!matches!(folded.apply(event), Applied::AskAgain(_)), "{event:?}");
                }
            }
            writer.await.expect("the writer ends");
            assert_eq!(folded.message(REPLY).map(Message::text), Some(TOKENS.concat()));
        });
    });
}
