//! Whether the way to the server lets a stream through, or holds it back until it is whole, as some proxies do.
//!
//! Two things look like it: a stream without its first bytes, and events that come long after they left. Neither is believed,
//! since a slow network looks the same. It is tested by a poll that the server answers at once: where the answer comes in time,
//! knows more than the stream told, and the stream stays silent until the next tick, it is the way. Then the page polls.

/// The first bytes of a stream leave at once.
const FIRST_MS: u64 = 3_000;
/// An event is late when it took so much longer than the quickest one of its stream.
const LATE_MS: u64 = 2_000;
/// In which time the test is answered.
const ANSWER_MS: u64 = 1_000;
/// Ticks come each second. One that comes so late says that the page was busy or asleep: what came meanwhile is late for that.
/// Shorter than `LATE_MS`, so no busy page goes unnoticed.
const BUSY_MS: u64 = 1_500;
/// When the stream is tried again.
const AGAIN_MS: u64 = 600_000;
/// For how long a person is told.
const TOLD_MS: u64 = 20_000;

#[derive(Default)]
pub struct Way {
    /// When the stream was opened, until something comes through it.
    silent_since: Option<u64>,
    /// How long after it left the quickest event came, on clocks that do not agree.
    quickest: Option<i64>,
    is_late: bool,
    test: Test,
    polls: Option<Polls>,
    ticked_at: Option<u64>,
    busy_until: u64,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Test {
    #[default]
    No,
    Asked {
        at: u64,
    },
    /// In time: all depends on what the stream says until the next tick.
    Answered,
}

/// The way holds streams back, so the page polls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polls {
    stream_at: u64,
    told_until: u64,
}

/// What a tick brings up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Suspicion,
    HeldBack,
}

impl Way {
    /// The way that an earlier follower of this page found.
    pub fn set_polls(&mut self, polls: Option<Polls>) {
        self.polls = polls;
    }

    /// For the next follower of this page, whose time begins at 0.
    pub fn kept(&self, now: u64) -> Option<Polls> {
        let left = |at: u64| at.saturating_sub(now);
        self.polls.map(|polls| Polls { stream_at: left(polls.stream_at), told_until: left(polls.told_until) })
    }

    /// It is known, and not yet time to try the stream again.
    pub fn holds_back(&self, now: u64) -> bool {
        self.polls.is_some_and(|polls| now < polls.stream_at)
    }

    pub fn is_told(&self, now: u64) -> bool {
        self.polls.is_some_and(|polls| now < polls.told_until)
    }

    /// A stream was opened.
    pub fn opened(&mut self, now: u64) {
        self.closed();
        self.silent_since = Some(now);
    }

    /// There is no stream, or another one, whose events count their time anew.
    pub fn closed(&mut self) {
        self.silent_since = None;
        self.test = Test::No;
        self.measure_anew();
    }

    /// Something came through the stream, which left at `t` of the stream's time; `watched` as in `tick`.
    pub fn heard(&mut self, t: Option<u64>, now: u64, watched: bool) {
        self.silent_since = None;
        self.test = Test::No;
        self.polls = None;
        let Some(t) = t else { return };
        let took = now as i64 - t as i64;
        let quickest = self.quickest.map_or(took, |quickest| quickest.min(took));
        self.quickest = Some(quickest);
        self.is_late |= watched && now >= self.busy_until && took - quickest >= LATE_MS as i64;
    }

    /// Comes each second. `watched` says that somebody looks, and that there should be a stream.
    pub fn tick(&mut self, now: u64, watched: bool) -> Option<Found> {
        if self.ticked_at.replace(now).is_some_and(|at| now > at + BUSY_MS) {
            self.busy_until = now + BUSY_MS;
            self.measure_anew();
        }
        if !watched || now < self.busy_until {
            self.test = Test::No;
            return None;
        }
        match self.test {
            Test::Answered => {
                self.polls = Some(Polls {
                    stream_at: now + AGAIN_MS,
                    // Where the stream was only tried again, that is no news.
                    told_until: self.polls.map_or(now + TOLD_MS, |polls| polls.told_until),
                });
                Some(Found::HeldBack)
            }
            Test::Asked { at } if now <= at + ANSWER_MS => None,
            Test::Asked { .. } => {
                // Not the way, the network. The next suspicion takes as long as the first.
                self.test = Test::No;
                self.silent_since = self.silent_since.and(Some(now));
                None
            }
            Test::No if self.is_late || self.silent_since.is_some_and(|since| now >= since + FIRST_MS) => {
                self.test = Test::Asked { at: now };
                self.measure_anew();
                Some(Found::Suspicion)
            }
            Test::No => None,
        }
    }

    /// The test was answered; `ahead` says that the answer knows more than what came until now.
    pub fn tested(&mut self, ahead: bool, now: u64) {
        let Test::Asked { at } = self.test else { return };
        let is_proof = now <= at + ANSWER_MS && (ahead || self.silent_since.is_some());
        self.test = if is_proof { Test::Answered } else { Test::No };
    }

    fn measure_anew(&mut self) {
        self.quickest = None;
        self.is_late = false;
    }
}
