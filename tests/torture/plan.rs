//! What happens when, from one number: the same seed plans the same kills.
//!
//! What a kill meets is another matter: the machine is never twice as busy. A seed that failed fails again within a few runs.

use fastrand::Rng;
use std::{fmt, time::Duration};
use upstream::River;

/// Replies that run whenever a kill comes, however busy the machine is; one of them may be deleted just before.
pub const LASTING: usize = AT_LEAST + 1;

/// As many as these are met by each kill.
pub const AT_LEAST: usize = 20;

/// And some beside them, of which most end between two kills, or are ended by the third.
pub const PASSING: usize = 10;

/// A kill comes this long after the replies began, at most.
const LATEST_MS: u64 = 2_000;

/// What is planned.
#[derive(Clone, Debug)]
pub struct Plan {
    pub lives: Vec<Life>,
}

/// From a start of the server to its kill.
#[derive(Clone, Debug)]
pub struct Life {
    /// Before the start the clock jumps by so many hours, as far as the store can tell.
    pub jump_hours: i64,
    pub same_port: bool,
    pub kill: Kill,
}

/// When the kill comes.
#[derive(Clone, Debug, PartialEq)]
pub enum Kill {
    /// This long after the replies began.
    Replies { after: Duration },
    /// Before the server serves: so far into its start, from 0 to 1.
    Boot { share: f64 },
    /// With the first byte that a checkpoint writes into the database, this long after the replies began at the earliest.
    Checkpoint { after: Duration },
    /// This long after a conversation with a running reply was asked to be deleted.
    Delete { after: Duration, then: Duration },
    /// This long after replies that were interrupted, or stopped just now, were asked to go on.
    Continue { after: Duration },
}

impl Plan {
    pub fn new(seed: u64, kills: usize) -> Self {
        let mut rng = Rng::with_seed(seed);
        let lives = (0..kills).map(|number| Life::new(number, &mut rng)).collect();
        Self { lives }
    }

    /// Kills between which the clock jumps by so many hours.
    pub fn with_jumps(seed: u64, jumps: &[i64]) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut life = |jump_hours: &i64| {
            let after = Duration::from_millis(rng.u64(100..=600));
            Life { jump_hours: *jump_hours, same_port: true, kill: Kill::Replies { after } }
        };
        Self { lives: jumps.iter().map(&mut life).collect() }
    }

    /// Kills that meet no reply.
    pub fn boots(&self) -> usize {
        self.lives.iter().filter(|life| matches!(life.kill, Kill::Boot { .. })).count()
    }
}

impl Life {
    fn new(number: usize, rng: &mut Rng) -> Self {
        let after = Duration::from_millis(rng.u64(0..=LATEST_MS));
        let kill = match number {
            // One of 25, so that at least 95 of 100 kills meet a running reply.
            _ if number % 25 == 2 => Kill::Boot { share: rng.f64() },
            _ if number % 8 == 3 => Kill::Checkpoint { after },
            _ if number % 8 == 5 => Kill::Delete { after, then: Duration::from_micros(rng.u64(0..=80_000)) },
            _ if number % 8 == 6 => Kill::Continue { after: after / 4 },
            _ => Kill::Replies { after },
        };
        Self { jump_hours: 0, same_port: rng.bool(), kill }
    }
}

impl fmt::Display for Kill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replies { after } => write!(f, "{after:.0?} into replies"),
            Self::Boot { share } => write!(f, "{:.0}% into the start", share * 100.0),
            Self::Checkpoint { after } => write!(f, "in a checkpoint, {after:.0?} into replies or later"),
            Self::Delete { after, then } => write!(f, "{then:.1?} into a deletion, {after:.0?} into replies"),
            Self::Continue { after } => write!(f, "{after:.0?} into continued replies"),
        }
    }
}

/// A reply's length, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// More than any three kills are apart, after which the server goes on with it no more.
    Lasting = 60,
    Long = 6,
    Short = 1,
}

/// What a reply says: 20 to 200 tokens a second, for half of its length at least.
pub fn river(name: usize, length: Length, rng: &mut Rng) -> River {
    let (per_second, longest) = (rng.u32(20..=200), length as u32 * 10);
    let tokens = per_second * rng.u32(longest / 2..=longest) / 10;
    let thoughts = if rng.u8(0..4) == 0 { rng.u32(1..=10) } else { 0 };
    River { name: name.to_string(), thoughts, tokens, per_second }
}

/// How a reader behaves towards its stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Reads until the stream ends.
    Steady,
    /// Hangs up after so many batches, again and again, and comes back with its last id.
    Restless(u32),
    /// The same, with an id that it got earlier.
    Backward(u32),
    /// The same, now and then with an id that lies in the future.
    Forward(u32),
    /// Reads so many batches and then nothing, with the connection open, until the server is gone.
    Stalled(u32),
}

impl Manner {
    pub fn any(rng: &mut Rng) -> Self {
        let batches = rng.u32(20..120);
        match rng.u8(0..5) {
            0 => Self::Steady,
            1 => Self::Restless(batches),
            2 => Self::Backward(batches),
            3 => Self::Forward(batches),
            _ => Self::Stalled(batches),
        }
    }

    /// How many it reads at once.
    pub fn batches(self) -> u32 {
        match self {
            Self::Steady => u32::MAX,
            Self::Restless(n) | Self::Backward(n) | Self::Forward(n) | Self::Stalled(n) => n,
        }
    }
}
