//! The way from one runner to the journal: a buffer that waits when it is full, and that tells the runner when it has lost.

use super::Job;
use crate::{
    store::{Bookmark, End, Grown, MAX_PIECE, Piece, Place},
    sync::{Mutex, MutexGuard, PoisonError},
};
use app::wire::{ConversationId, MessageId, PartKind, Usage};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};
use tokio::sync::{Semaphore, mpsc, watch};

/// Text that may wait in one inlet, in bytes. A runner with more stops reading its provider.
pub const INLET_BYTES: usize = 256 * 1024;

/// The journal's end.
pub struct Inlet {
    conversation: ConversationId,
    message: MessageId,
    run: u32,
    pending: Mutex<Pending>,
    room: Semaphore,
    lost: watch::Sender<bool>,
    /// Signs of life of the runner.
    beats: AtomicU64,
}

#[derive(Default)]
struct Pending {
    begins: bool,
    pieces: Vec<Piece>,
    finish_reason: Option<String>,
    usage: Option<Usage>,
    bookmark: Option<Bookmark>,
    delay: Option<Option<app::wire::Error>>,
    end: Option<End>,
    /// The journal was told that there is something.
    announced: bool,
}

/// The runner's end. Dropping it says nothing: a run ends by [`Outlet::end`].
pub struct Outlet {
    inlet: Arc<Inlet>,
    jobs: mpsc::Sender<Job>,
    /// Where the text goes on; none before the first.
    place: Option<Place>,
    /// Something was handed over.
    has_written: bool,
    began: Instant,
}

/// Tells that a runner is alive.
#[derive(Clone)]
pub struct Pulse {
    inlet: Arc<Inlet>,
    jobs: mpsc::Sender<Job>,
}

impl Inlet {
    pub fn open(
        conversation: ConversationId,
        message: MessageId,
        run: u32,
        place: Option<Place>,
        jobs: mpsc::Sender<Job>,
    ) -> (Arc<Self>, Outlet) {
        let inlet = Arc::new(Self {
            conversation,
            message,
            run,
            pending: Mutex::default(),
            room: Semaphore::new(INLET_BYTES),
            lost: watch::channel(false).0,
            beats: AtomicU64::new(0),
        });
        let outlet = Outlet { inlet: inlet.clone(), jobs, place, has_written: false, began: Instant::now() };
        (inlet, outlet)
    }

    pub fn run(&self) -> (MessageId, u32) {
        (self.message, self.run)
    }

    /// What waits, as one write.
    pub fn take(&self) -> Grown {
        let Pending { begins, pieces, finish_reason, usage, bookmark, delay, end, .. } =
            std::mem::take(&mut *self.lock());
        let Self { conversation, message, run, .. } = *self;
        Grown { conversation, message, run, begins, pieces, finish_reason, usage, bookmark, delay, end }
    }

    /// This much was committed: there is room again.
    pub fn committed(&self, grown: &Grown) {
        self.room.add_permits(grown.pieces.iter().map(|piece| piece.text.len()).sum());
    }

    /// The run has ended, by whatever hand.
    pub fn lose(&self) {
        self.lost.send_replace(true);
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outlet {
    /// Hands over text in the model's order; waits while the journal is behind.
    pub async fn push(&mut self, kind: PartKind, text: &str) {
        let ms = self.began.elapsed().as_millis() as u64;
        for text in at_most(text, MAX_PIECE) {
            if let Ok(room) = self.inlet.room.acquire_many(text.len() as u32).await {
                room.forget();
            }
            let Place { part, at, .. } = match self.place {
                Some(place) if place.kind == kind => place,
                last => Place { part: last.map_or(0, |last| last.part + 1), kind, at: 0 },
            };
            self.place = Some(Place { part, kind, at: at + text.len() as u64 });
            let begins = !std::mem::replace(&mut self.has_written, true);
            let piece = Piece { part, kind, at, text: text.to_owned(), ms };
            self.write(|pending| {
                pending.begins |= begins;
                pending.add(piece);
            })
            .await;
        }
    }

    /// What the provider said about the reply; stored with the text that is pending.
    pub async fn note(&mut self, finish_reason: Option<String>, usage: Option<Usage>) {
        self.write(|pending| {
            pending.finish_reason = finish_reason.or(pending.finish_reason.take());
            pending.usage = usage.or(pending.usage.take());
        })
        .await;
    }

    /// From here the provider can be asked to go on; stored with the text that is pending, or a commit later.
    pub async fn mark(&mut self, place: String) {
        let (part, at) = self.place.map_or((0, 0), |end| (end.part, end.at));
        self.write(|pending| pending.bookmark = Some(Bookmark { place, part, at })).await;
    }

    /// Tells why nothing comes for a while, before the first text; without a reason, that it is asked again.
    pub async fn delay(&mut self, why: Option<app::wire::Error>) {
        self.write(|pending| pending.delay = Some(why)).await;
    }

    /// Ends the run, in the commit of its last text.
    pub async fn end(mut self, end: End) {
        self.write(|pending| pending.end = Some(end)).await;
    }

    pub fn run(&self) -> u32 {
        self.inlet.run
    }

    /// The runner's pulse, for itself and for whoever watches over it.
    pub fn pulse(&self) -> Pulse {
        Pulse { inlet: self.inlet.clone(), jobs: self.jobs.clone() }
    }

    /// Whether this run has said anything.
    pub fn has_written(&self) -> bool {
        self.has_written
    }

    /// Whether the message has any text, of this run or of those before it.
    pub fn has_text(&self) -> bool {
        self.place.is_some()
    }

    /// What the message ends with so far.
    pub fn last(&self) -> Option<PartKind> {
        self.place.map(|place| place.kind)
    }

    /// Completes when the run has ended by another hand: it was stopped, or its conversation was deleted.
    pub fn lost(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut lost = self.inlet.lost.subscribe();
        async move {
            // An error would mean that the inlet is gone, which is a loss as well.
            let _ = lost.wait_for(|lost| *lost).await;
        }
    }

    async fn write(&mut self, change: impl FnOnce(&mut Pending)) {
        // The place in the channel comes first: who is dropped while waiting has announced nothing.
        let Ok(place) = self.jobs.reserve().await else { return };
        let announce = {
            let mut pending = self.inlet.lock();
            change(&mut pending);
            !std::mem::replace(&mut pending.announced, true)
        };
        if announce {
            place.send(Job::Text(self.inlet.clone()));
        }
    }
}

impl Pulse {
    /// The runner is alive: that is stored, for whoever looks after a crash, and counted.
    pub fn beat(&self) {
        self.inlet.beats.fetch_add(1, Ordering::Relaxed);
        // A journal that is busy hears of it the next time.
        let Ok(place) = self.jobs.try_reserve() else { return };
        if !std::mem::replace(&mut self.inlet.lock().announced, true) {
            place.send(Job::Text(self.inlet.clone()));
        }
    }

    /// How often it has beaten.
    pub fn beats(&self) -> u64 {
        self.inlet.beats.load(Ordering::Relaxed)
    }
}

impl Pending {
    fn add(&mut self, piece: Piece) {
        match self.pieces.last_mut() {
            Some(last) if last.part == piece.part && last.text.len() + piece.text.len() <= MAX_PIECE => {
                last.text.push_str(&piece.text);
            }
            _ => self.pieces.push(piece),
        }
    }
}

/// Cuts a text at char boundaries into pieces of at most `max` bytes.
fn at_most(mut text: &str, max: usize) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (piece, rest) = text.split_at(text.floor_char_boundary(max));
        text = rest;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_between_characters() {
        let text = "溪".repeat(30_000);
        let pieces: Vec<_> = at_most(&text, MAX_PIECE).collect();
        assert_eq!(pieces.concat(), text);
        assert!(pieces.iter().all(|piece| piece.len() <= MAX_PIECE));
        assert_eq!(pieces.len(), 2);
    }
}
