//! The process's one writer: takes what all runners and people have for it, commits it as one transaction, and only then
//! tells anybody.
//!
//! The order is the promise: commit, advance the tail, wake the followers, answer. At rest a token waits for one small
//! commit; under load commits grow, since whatever arrives during one commit goes into the next.

mod inlet;
mod stretch;
mod tail;
mod told;

pub use inlet::{INLET_BYTES, Inlet, Outlet, Pulse};
pub use stretch::Stretch;
pub use tail::{Known, Tail};
pub use told::Told;

use crate::{
    relay::{Relay, Topic},
    store::{Committed, Error, Group, Intent, Ledger, Outcome, Place},
};
use app::wire::{Code, MessageId, Sent};
use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// Jobs that may wait. Each runner has at most one of them.
const JOBS: usize = 1024;

/// Intents in one commit; with text they keep it well below 20 ms.
const GROUP_INTENTS: usize = 64;

/// Runners' text in one commit.
const GROUP_TEXTS: usize = 1024;

/// A commit begins no sooner than this after the one before it: what comes meanwhile shares it. A commit costs much the same
/// for one token and for ten. A token that comes alone waits for nothing.
pub const REST: Duration = Duration::from_micros(1200);

/// How long a full disk is left alone.
const FULL_PAUSE: Duration = Duration::from_secs(1);

/// Something to write.
pub enum Job {
    /// A runner's inlet holds something.
    Text(Arc<Inlet>),
    Intent(Box<Intent>, Answer),
}

/// Where an intent's answer goes, and where the runner that it may begin sends its jobs.
pub struct Answer {
    to: oneshot::Sender<Result<Done, app::wire::Error>>,
    jobs: mpsc::Sender<Job>,
}

/// What became of an intent.
pub enum Done {
    /// A reply waits for its runner, which writes here.
    Begun(Sent, Outlet),
    /// The same, of several replies to one message.
    Together(Vec<(Sent, Outlet)>),
    Outcome(Outcome),
}

/// The way to the journal; cheap to clone.
#[derive(Clone)]
pub struct Journal {
    jobs: mpsc::Sender<Job>,
}

impl Journal {
    /// The handle, and the work, which the caller runs until it ends with the store's error or with the last handle.
    pub fn new<L: Ledger>(ledger: L, tail: Arc<Tail>, relay: Arc<Relay>) -> (Self, Work<L>) {
        let (jobs, queue) = mpsc::channel(JOBS);
        let work = Work { ledger, tail, relay, queue, inlets: HashMap::new(), rest: None };
        (Self { jobs }, work)
    }

    /// Carries out an intent; answers when it is stored.
    pub async fn submit(&self, intent: Intent) -> Result<Done, app::wire::Error> {
        let (to, answered) = oneshot::channel();
        let answer = Answer { to, jobs: self.jobs.clone() };
        let gone =
            || app::wire::Error::new(Code::Unavailable, "the server is going down").hint("try again in a moment");
        self.jobs.send(Job::Intent(Box::new(intent), answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// The journal itself.
pub struct Work<L> {
    ledger: L,
    tail: Arc<Tail>,
    relay: Arc<Relay>,
    queue: mpsc::Receiver<Job>,
    inlets: HashMap<MessageId, Arc<Inlet>>,
    rest: Option<fn(Duration)>,
}

/// A group on its way, and who waits for it.
#[derive(Default)]
struct Pending {
    group: Group,
    inlets: Vec<Arc<Inlet>>,
    answers: Vec<Answer>,
}

impl<L: Ledger> Work<L> {
    /// With [`REST`] between commits. It may block: whoever runs this gives it a thread of its own.
    pub fn resting(self, rest: fn(Duration)) -> Self {
        Self { rest: Some(rest), ..self }
    }

    /// Commits until all handles are gone. An error means that the store is broken: the process must end.
    pub async fn run(mut self) -> Result<(), Error> {
        let mut began: Option<Instant> = None;
        while let Some(first) = self.queue.recv().await {
            if let (Some(rest), Some(began)) = (self.rest, began) {
                rest(REST.saturating_sub(began.elapsed()));
            }
            began = Some(Instant::now());
            let pending = self.gather(first);
            let committed = self.commit(&pending.group).await?;
            self.publish(pending, committed);
        }
        Ok(())
    }

    fn gather(&mut self, first: Job) -> Pending {
        let mut pending = Pending::default();
        let mut next = Some(first);
        while let Some(job) = next {
            match job {
                Job::Text(inlet) => pending.inlets.push(inlet),
                Job::Intent(intent, answer) => {
                    pending.group.intents.push(*intent);
                    pending.answers.push(answer);
                }
            }
            let room = pending.answers.len() < GROUP_INTENTS && pending.inlets.len() < GROUP_TEXTS;
            next = room.then(|| self.queue.try_recv().ok()).flatten();
        }
        // Taken last: an inlet announces itself once until it is taken, so no reply stands twice in a group.
        pending.group.grown = pending.inlets.iter().map(|inlet| inlet.take()).collect();
        pending
    }

    /// Commits the group, waiting out a full disk: nothing is lost meanwhile, and followers are told.
    async fn commit(&mut self, group: &Group) -> Result<Committed, Error> {
        loop {
            match self.ledger.commit(group).await {
                Ok(committed) => {
                    if self.tail.is_full() {
                        tracing::info!("the disk has room again");
                        self.tail.set_full(false);
                        self.relay.publish(Topic::Trouble);
                    }
                    return Ok(committed);
                }
                Err(Error::Full) => {
                    if !self.tail.is_full() {
                        tracing::error!("the disk is full: what waits is kept in memory and tried again each second");
                        self.tail.set_full(true);
                        self.relay.publish(Topic::Trouble);
                    }
                    tokio::time::sleep(FULL_PAUSE).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn publish(&mut self, pending: Pending, committed: Committed) {
        let Committed { events, summaries, deleted, ended, outcomes } = committed;
        let mut topics: Vec<Topic> = deleted.iter().copied().map(Topic::Conversation).collect();
        topics.extend(events.iter().map(|(id, _)| Topic::Conversation(*id)));
        for (owner, row) in &summaries {
            // A conversation that was brought back has no event of its own.
            topics.extend([Topic::List(*owner), Topic::Conversation(row.conversation)]);
        }
        topics.dedup();

        self.tail.advance(events, summaries, deleted);
        for topic in topics {
            self.relay.publish(topic);
        }
        for (inlet, grown) in pending.inlets.iter().zip(&pending.group.grown) {
            inlet.committed(grown);
        }
        for run in ended {
            if self.inlets.get(&run.0).is_some_and(|inlet| inlet.run() == run)
                && let Some(inlet) = self.inlets.remove(&run.0)
            {
                inlet.lose();
            }
        }
        for (answer, outcome) in pending.answers.into_iter().zip(outcomes) {
            let done = outcome.map(|outcome| self.done(outcome, answer.jobs));
            // Who asked may have gone away; what they asked for is done.
            let _ = answer.to.send(done);
        }
    }

    /// A reply that begins gets its inlet here, before any other group: no stop can come between.
    fn done(&mut self, outcome: Outcome, jobs: mpsc::Sender<Job>) -> Done {
        match outcome {
            Outcome::Begun { sent, run, place } => Done::Begun(sent, self.open(sent, run, place, jobs)),
            Outcome::Together(replies) => {
                let open = |sent| (sent, self.open(sent, 1, None, jobs.clone()));
                Done::Together(replies.into_iter().map(open).collect())
            }
            other => Done::Outcome(other),
        }
    }

    fn open(&mut self, sent: Sent, run: u32, place: Option<Place>, jobs: mpsc::Sender<Job>) -> Outlet {
        let (inlet, outlet) = Inlet::open(sent.conversation, sent.reply, run, place, jobs);
        self.inlets.insert(sent.reply, inlet);
        outlet
    }
}
