//! New ids that sort after all that are stored, whatever the clock does.

use uuid::Uuid;

/// Makes UUID v7 that only grow, also when the clock was set back since the last start: the greatest message id is the newest leaf.
pub struct Ids {
    last: Uuid,
    boot: Uuid,
}

impl Ids {
    /// `boot` names this process.
    pub fn after(last: Option<Uuid>, boot: Uuid) -> Self {
        Self { last: last.unwrap_or(Uuid::nil()), boot }
    }

    pub fn boot(&self) -> Uuid {
        self.boot
    }

    pub fn next(&mut self) -> Uuid {
        let now = Uuid::now_v7();
        // The low 62 bits are random, so adding one keeps version and variant for longer than anyone can ask.
        self.last = if now > self.last { now } else { Uuid::from_u128(self.last.as_u128() + 1) };
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grow_though_the_clock_was_set_back() {
        let future = Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, 32_503_680_000, 0));
        let mut ids = Ids::after(Some(future), Uuid::nil());
        let (first, second) = (ids.next(), ids.next());
        assert!(future < first && first < second);
        assert_eq!(second.get_version_num(), 7);
    }
}
