//! Walking a list by keys while the focus stays elsewhere.

/// A step by a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    First,
    Last,
    By(isize),
}

impl Step {
    pub fn by_key(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowDown" => Self::By(1),
            "ArrowUp" => Self::By(-1),
            "PageDown" => Self::By(8),
            "PageUp" => Self::By(-8),
            "Home" => Self::First,
            "End" => Self::Last,
            _ => return None,
        })
    }

    /// Where it leads among `count`: single steps go round, longer ones end at the ends.
    pub fn from(self, at: usize, count: usize) -> usize {
        let last = count.saturating_sub(1);
        match self {
            Self::First => 0,
            Self::Last => last,
            Self::By(1) if at >= last => 0,
            Self::By(-1) if at == 0 => last,
            Self::By(step) => at.saturating_add_signed(step).min(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_step_in_a_ring() {
        assert_eq!([Step::By(1).from(3, 4), Step::By(-1).from(0, 4), Step::By(1).from(0, 4)], [0, 3, 1]);
        assert_eq!(
            [Step::First.from(2, 4), Step::Last.from(0, 4), Step::By(8).from(0, 4), Step::By(-8).from(3, 4)],
            [0, 3, 3, 0]
        );
        assert_eq!([Step::By(1).from(0, 0), Step::Last.from(0, 0)], [0, 0]);
    }
}
