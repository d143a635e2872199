//! The page's follower: when to open the stream, when to close it, and when to ask again. No browser in here.
//!
//! It is told what happens, with the wall clock, and says what to do; `super` is the browser around it. It holds the
//! two places from which to go on (the conversation's and the sidebar's) and nothing of what they are places in.

mod clock;
mod state;
mod talk;
mod way;

pub use talk::{Address, Input, Notice, Output, What, drawn_apart, time_of};
pub use way::Polls;

use crate::wire::{ConversationId, Cursor};
use clock::Clock;
use state::{Asking, Lock, Sight, Source, Target};
use way::{Found, Way};

/// Nothing for this long: the connection is dead, whatever the browser says. More than two heartbeats of the server.
const SILENCE_MS: u64 = 40_000;
/// The server's heartbeat until its `hello` says otherwise.
const HEARTBEAT_MS: u64 = 15_000;
/// How late a heartbeat may be, on waking, before the connection is given up.
const SLACK_MS: u64 = 5_000;
/// At most one asking again in this time.
const ASK_AGAIN_MS: u64 = 5_000;
/// A hidden tab closes its stream after this: browsers have six connections for all tabs of a server.
const HIDDEN_MS: u64 = 2_000;
/// A shorter break of the stream is not worth a word.
const PATIENCE_MS: u64 = 5_000;
/// So is a restart of the server, which takes up to as long; then the page needs a moment to come back.
const RESTART_MS: u64 = PATIENCE_MS + 2_000;
/// How long a poll waits for news: shorter than `SILENCE_MS`, and at most what the server allows.
const POLL_S: u64 = 25;
/// Waiting after the stream was closed for good, doubled each time.
const BACKOFF_MS: (u64, u64) = (1_000, 15_000);

pub struct Follower {
    conversation: Option<ConversationId>,
    cursor: Option<Cursor>,
    home: Option<Cursor>,
    source: Source,
    target: Target,
    sight: Sight,
    asking: Asking,
    asked_at: Option<u64>,
    heartbeat_ms: u64,
    heard_at: u64,
    /// Since when there is no healthy stream, though there should be one.
    ill_since: Option<u64>,
    /// Until when a break is expected.
    quiet_until: u64,
    failures: u32,
    offline: bool,
    trouble: bool,
    clock: Clock,
    way: Way,
    seed: u64,
}

impl Follower {
    /// For a page with this conversation, read up to `cursor`, and a sidebar read up to `home`.
    pub fn new(conversation: Option<ConversationId>, cursor: Option<Cursor>, home: Option<Cursor>, seed: u64) -> Self {
        Self {
            conversation,
            cursor,
            home,
            source: Source::Closed { retry_at: None },
            target: Target::Page,
            sight: Sight::LoadedHidden,
            asking: Asking::No,
            asked_at: None,
            heartbeat_ms: HEARTBEAT_MS,
            heard_at: 0,
            ill_since: None,
            quiet_until: 0,
            failures: 0,
            offline: false,
            trouble: false,
            clock: Clock::default(),
            way: Way::default(),
            seed,
        }
    }

    /// What the page's earlier follower knew of the way.
    pub fn set_polls(&mut self, polls: Option<Polls>) {
        self.way.set_polls(polls);
    }

    /// What the page's next follower has to know of the way.
    pub fn polls(&self, wall: u64) -> Option<Polls> {
        self.way.kept(self.clock.peek(wall))
    }

    /// A poll is on its way, or its events are being told.
    pub fn is_polling(&self) -> bool {
        self.source == Source::Polling
    }

    /// The sidebar's place, for the next page's follower.
    pub fn home(&self) -> Option<Cursor> {
        self.home
    }

    /// The stream carries the sidebar for all hidden tabs.
    pub fn keeps_sidebar(&self) -> bool {
        self.target == Target::Sidebar && self.source != Source::Closed { retry_at: None }
    }

    /// No stream of its own brings the sidebar's changes.
    pub fn listens_to_others(&self) -> bool {
        matches!(self.source, Source::Closed { .. })
    }

    /// One step; `wall` is the wall clock in milliseconds.
    pub fn step(&mut self, input: Input, wall: u64) -> Vec<Output> {
        let now = self.clock.read(wall);
        match input {
            Input::Opened => self.opened(now),
            Input::Heard { what, id, t } => self.heard(what, id, t, now),
            Input::Polled => self.polled(now),
            Input::Tested(cursor) => {
                // The server's place is where the follower is, or ahead of it.
                self.way.tested(cursor.is_some() && cursor != self.address().after, now);
                vec![]
            }
            Input::Broken { closed } => self.broken(closed, now),
            Input::Tick => self.tick(now),
            Input::Visible => self.seen(now),
            Input::Hidden => self.hide(now),
            Input::Shown { persisted } => self.wake(persisted, now),
            Input::Online => {
                self.offline = false;
                self.wake(false, now)
            }
            Input::Offline => {
                self.offline = true;
                vec![]
            }
            Input::LockHeld => self.lock_held(now),
            Input::Gap => self.want_asking(false, now),
            Input::Unreadable => self.want_asking(true, now),
            Input::Answered(cursor) => self.answered(cursor, now),
            Input::Listed(home) => {
                self.home = Some(home);
                // Without a conversation the sidebar is all that was asked for.
                if self.conversation.is_none() { self.answered(home, now) } else { vec![] }
            }
            Input::Unanswered => self.unanswered(),
            Input::Gone => {
                self.conversation = None;
                self.cursor = None;
                self.answered_nothing(now)
            }
        }
    }

    pub fn notice(&self, wall: u64) -> Notice {
        let now = self.clock.peek(wall);
        let ill = self.ill_since.is_some_and(|since| now >= since + PATIENCE_MS && now >= self.quiet_until);
        match self.sight {
            Sight::Visible if self.offline => Notice::Offline,
            Sight::Visible if ill => Notice::Reconnecting,
            Sight::Visible if self.trouble => Notice::DiskFull,
            Sight::Visible if self.way.is_told(now) => Notice::HeldBack,
            _ => Notice::None,
        }
    }

    fn opened(&mut self, now: u64) -> Vec<Output> {
        self.source = Source::Open;
        self.well(now);
        vec![]
    }

    fn heard(&mut self, what: What, id: Option<Cursor>, t: Option<u64>, now: u64) -> Vec<Output> {
        if self.source != Source::Polling {
            self.source = Source::Open;
            self.way.heard(t, now, self.is_watched());
        }
        self.failures = 0;
        self.well(now);
        match what {
            What::Hello { heartbeat_s } => self.heartbeat_ms = heartbeat_s.saturating_mul(1_000),
            What::Bye => {
                self.quiet_until = now + RESTART_MS;
                if self.source == Source::Polling {
                    self.broken(true, now);
                }
            }
            What::Ping | What::Trouble | What::Change => {}
        }
        if what != What::Ping {
            self.trouble = what == What::Trouble;
        }
        if let Some(id) = id {
            self.advance(id);
        }
        vec![]
    }

    fn advance(&mut self, id: Cursor) {
        if self.target == Target::Page && self.conversation.is_some() {
            self.cursor = Some(id);
            // The log is the conversation's own: only the sidebar's counter is shared.
            if let Some(home) = &mut self.home {
                home.list = home.list.max(id.list);
            }
        } else {
            self.home = Some(id);
        }
    }

    fn polled(&mut self, now: u64) -> Vec<Output> {
        // Its last event may have ended the polling.
        if self.source != Source::Polling {
            return vec![];
        }
        self.failures = 0;
        self.well(now);
        vec![self.go_on(self.target, now)]
    }

    /// Somebody looks, and something should come through the stream.
    fn is_watched(&self) -> bool {
        let has_stream = matches!(self.source, Source::Opening | Source::Open);
        self.sight == Sight::Visible && self.asking == Asking::No && has_stream
    }

    /// Something came: all is well, and whoever said offline was wrong.
    fn well(&mut self, now: u64) {
        self.heard_at = now;
        self.ill_since = None;
        self.offline = false;
    }

    fn broken(&mut self, closed: bool, now: u64) -> Vec<Output> {
        self.ill_since.get_or_insert(now);
        self.way.closed();
        if now < self.quiet_until {
            // The server said that it comes back.
            self.failures = 0;
        }
        self.source =
            if closed { Source::Closed { retry_at: Some(now + self.backoff()) } } else { Source::Reconnecting };
        vec![]
    }

    fn backoff(&mut self) -> u64 {
        let (first, last) = BACKOFF_MS;
        let whole = (first << self.failures.min(8)).min(last);
        self.failures = self.failures.saturating_add(1);
        // Xorshift: three quarters to five quarters of it, so that the tabs of a team do not come back in step.
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        whole * 3 / 4 + self.seed % (whole / 2)
    }

    fn tick(&mut self, now: u64) -> Vec<Output> {
        match self.way.tick(now, self.is_watched()) {
            Some(Found::Suspicion) => return vec![Output::Test(self.address())],
            Some(Found::HeldBack) => {
                self.well(now);
                return vec![self.go_on(self.target, now)];
            }
            None => {}
        }
        if let Sight::Hidden { since, lock: Lock::Unasked } = self.sight
            && now >= since + HIDDEN_MS
        {
            self.sight = Sight::Hidden { since, lock: Lock::Asked };
            return vec![self.close(), Output::Lock];
        }
        if let Some(ask) = self.ask_when_due(now) {
            return vec![ask];
        }
        match self.source {
            Source::Closed { retry_at: Some(at) } if now >= at && self.may_open() => vec![self.open(self.target, now)],
            Source::Closed { .. } => vec![],
            _ if now >= self.heard_at + SILENCE_MS => vec![self.open(self.target, now)],
            _ => vec![],
        }
    }

    fn seen(&mut self, now: u64) -> Vec<Output> {
        let before = std::mem::replace(&mut self.sight, Sight::Visible);
        let mut outputs = vec![];
        if let Sight::Hidden { lock: Lock::Asked | Lock::Held, .. } = before {
            outputs.push(Output::Unlock);
        }
        if self.target == Target::Sidebar {
            self.target = Target::Page;
            outputs.push(self.close());
        }
        if !matches!(self.source, Source::Open | Source::Polling) {
            self.ill_since = Some(now);
        }
        outputs.extend(self.wake(false, now));
        outputs
    }

    fn hide(&mut self, now: u64) -> Vec<Output> {
        if self.sight == Sight::Visible {
            self.sight = Sight::Hidden { since: now, lock: Lock::Unasked };
        }
        vec![]
    }

    /// Somebody looks again, or the network is back: a stream that may be dead is not waited for.
    fn wake(&mut self, certain: bool, now: u64) -> Vec<Output> {
        if self.sight != Sight::Visible {
            return vec![];
        }
        if self.asking != Asking::No {
            return self.ask_when_due(now).into_iter().collect();
        }
        let heartbeat_ms = if self.source == Source::Polling { POLL_S * 1_000 } else { self.heartbeat_ms };
        let silent = now > self.heard_at + heartbeat_ms + SLACK_MS;
        match self.source {
            Source::Opening | Source::Open | Source::Polling if !certain && !silent => vec![],
            _ => {
                self.failures = 0;
                vec![self.open(Target::Page, now)]
            }
        }
    }

    fn lock_held(&mut self, now: u64) -> Vec<Output> {
        match self.sight {
            Sight::Hidden { since, lock: Lock::Asked } => {
                self.sight = Sight::Hidden { since, lock: Lock::Held };
                vec![self.open(Target::Sidebar, now)]
            }
            _ => vec![Output::Unlock],
        }
    }

    fn want_asking(&mut self, list: bool, now: u64) -> Vec<Output> {
        match &mut self.asking {
            Asking::Asked { .. } => return vec![],
            Asking::Wanted { list: wanted } => *wanted |= list,
            Asking::No => self.asking = Asking::Wanted { list },
        }
        // Nothing that this stream may still bring fits.
        let close = self.close();
        self.ill_since.get_or_insert(now);
        std::iter::once(close).chain(self.ask_when_due(now)).collect()
    }

    fn ask_when_due(&mut self, now: u64) -> Option<Output> {
        let Asking::Wanted { list } = self.asking else { return None };
        let due = self.asked_at.is_none_or(|at| now >= at + ASK_AGAIN_MS);
        if self.sight != Sight::Visible || !due {
            return None;
        }
        self.asked_at = Some(now);
        self.asking = Asking::Asked { list };
        Some(Output::AskAgain { list: list || self.conversation.is_none() })
    }

    fn answered(&mut self, cursor: Cursor, now: u64) -> Vec<Output> {
        if self.conversation.is_some() {
            self.cursor = Some(cursor);
        }
        self.answered_nothing(now)
    }

    fn answered_nothing(&mut self, now: u64) -> Vec<Output> {
        if !matches!(self.asking, Asking::Asked { .. }) {
            return vec![];
        }
        self.asking = Asking::No;
        if self.may_open() { vec![self.open(Target::Page, now)] } else { vec![] }
    }

    fn unanswered(&mut self) -> Vec<Output> {
        if let Asking::Asked { list } = self.asking {
            self.asking = Asking::Wanted { list };
        }
        vec![]
    }

    fn may_open(&self) -> bool {
        self.asking == Asking::No
            && match self.sight {
                Sight::Visible => true,
                Sight::LoadedHidden => false,
                Sight::Hidden { lock, .. } => self.target == Target::Sidebar && lock == Lock::Held,
            }
    }

    fn open(&mut self, target: Target, now: u64) -> Output {
        self.ill_since.get_or_insert(now);
        self.go_on(target, now)
    }

    /// By the way that there is.
    fn go_on(&mut self, target: Target, now: u64) -> Output {
        self.target = target;
        self.heard_at = now;
        let address = self.address();
        if self.way.holds_back(now) {
            self.source = Source::Polling;
            // Without news it says nothing for long: where the server has to show that it is there, a poll does not wait.
            let wait_s = if self.ill_since.is_some() { 0 } else { POLL_S };
            return Output::Poll { address, wait_s };
        }
        self.source = Source::Opening;
        self.way.opened(now);
        self.ill_since.get_or_insert(now);
        Output::Open(address)
    }

    fn close(&mut self) -> Output {
        self.way.closed();
        self.source = Source::Closed { retry_at: None };
        Output::Close
    }

    fn address(&self) -> Address {
        let (Target::Page, Some(conversation)) = (self.target, self.conversation) else {
            return Address { conversation: None, after: self.home };
        };
        // The two were read at different times: the sidebar's earlier place wins, and the fold skips what it knows.
        let after = self
            .cursor
            .map(|cursor| Cursor { list: self.home.map_or(cursor.list, |home| home.list.min(cursor.list)), ..cursor });
        Address { conversation: Some(conversation), after }
    }
}

#[cfg(test)]
mod tests;
