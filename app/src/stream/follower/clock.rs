//! The follower's time.

/// Time that only goes forward: what a corrected wall clock takes back is left out, what a sleeping machine missed counts.
#[derive(Default)]
pub struct Clock {
    wall: Option<u64>,
    now: u64,
}

impl Clock {
    pub fn read(&mut self, wall: u64) -> u64 {
        self.now = self.peek(wall);
        self.wall = Some(wall);
        self.now
    }

    pub fn peek(&self, wall: u64) -> u64 {
        self.now + self.wall.map_or(0, |before| wall.saturating_sub(before))
    }
}
