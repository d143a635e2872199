//! Which messages of the path are on the page. A long conversation has thousands: only those near the reader are drawn.

use crate::wire::MessageId;
use std::ops::Range;

/// As many messages are on the page at most, once the reader moves on.
const MOST: usize = 200;
/// As many come at once.
const STEP: usize = 60;

/// From one message to another; without the first it begins where what is held begins, without the last it grows with the path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    first: Option<MessageId>,
    last: Option<MessageId>,
}

impl Window {
    /// Its place in the path. A message that is not on the path any more bounds nothing.
    pub fn range(self, path: &[MessageId]) -> Range<usize> {
        let place = |id: Option<MessageId>| path.iter().position(|known| Some(*known) == id);
        let end = place(self.last).map_or(path.len(), |last| last + 1);
        let start = match self.first {
            None => 0,
            Some(_) => place(self.first).unwrap_or_else(|| end.saturating_sub(MOST)),
        };
        start.min(end)..end
    }

    /// It shows the end of the path.
    pub fn is_at_end(self, path: &[MessageId]) -> bool {
        self.range(path).end == path.len()
    }

    /// It begins here now, whatever is read above.
    pub fn held(self, path: &[MessageId]) -> Self {
        Self { first: path.get(self.range(path).start).copied(), ..self }
    }

    /// More above, less below.
    pub fn up(self, path: &[MessageId]) -> Self {
        let shown = self.range(path);
        let start = shown.start.saturating_sub(STEP);
        Self::of(path, start..shown.end.min(start + MOST))
    }

    /// More below, less above.
    pub fn down(self, path: &[MessageId]) -> Self {
        let shown = self.range(path);
        let end = path.len().min(shown.end + STEP);
        Self::of(path, shown.start.max(end.saturating_sub(MOST))..end)
    }

    /// The end of the path, and no more than fits.
    pub fn end(path: &[MessageId]) -> Self {
        Self::of(path, path.len().saturating_sub(STEP)..path.len())
    }

    /// Less above, where there is too much; the reader is at the end.
    pub fn trimmed(self, path: &[MessageId]) -> Self {
        let shown = self.range(path);
        if shown.len() <= MOST { self } else { Self::of(path, shown.end - MOST..shown.end) }
    }

    /// With this message in it.
    pub fn with(self, path: &[MessageId], id: MessageId) -> Self {
        match path.iter().position(|known| *known == id) {
            Some(at) if !self.range(path).contains(&at) => {
                Self::of(path, at.saturating_sub(STEP)..path.len().min(at + STEP))
            }
            _ => self,
        }
    }

    fn of(path: &[MessageId], range: Range<usize>) -> Self {
        let last = range.end.checked_sub(1).filter(|last| last + 1 < path.len());
        Self { first: path.get(range.start).copied(), last: last.map(|last| path[last]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn path(range: Range<usize>) -> Vec<MessageId> {
        range.map(|number| MessageId(Uuid::from_u128(number as u128 + 1))).collect()
    }

    #[test]
    fn all_is_shown_until_there_is_too_much_of_it() {
        let (window, few, many) = (Window::default(), path(0..150), path(0..500));
        assert_eq!(window.range(&few), 0..150);
        assert_eq!(window.trimmed(&few), window);
        let trimmed = window.trimmed(&many);
        assert_eq!(trimmed.range(&many), 300..500);
        assert_eq!(trimmed.range(&path(0..501)), 300..501, "it grows with the path");
    }

    #[test]
    fn it_moves_up_and_down_with_its_reader_and_stays_small() {
        let path = path(0..1_000);
        let mut window = Window::end(&path);
        assert_eq!(window.range(&path), 940..1_000);
        while window.range(&path).start > 0 {
            let before = window.range(&path);
            window = window.up(&path);
            let after = window.range(&path);
            assert!(after.start < before.start && after.len() <= MOST && after.end >= before.start + STEP, "{after:?}");
        }
        assert!(!window.is_at_end(&path));
        while !window.is_at_end(&path) {
            let before = window.range(&path);
            window = window.down(&path);
            let after = window.range(&path);
            assert!(after.end > before.end && after.len() <= MOST && after.start <= before.end - STEP, "{after:?}");
        }
        assert_eq!(window.range(&path), 800..1_000);
    }

    #[test]
    fn what_is_read_above_is_not_shown_before_it_is_wanted() {
        let (window, held) = (Window::default(), path(900..1_000));
        let window = window.held(&held);
        let more = path(800..1_000);
        assert_eq!(window.range(&more), 100..200);
        assert_eq!(window.up(&more).range(&more), 40..200);
    }

    #[test]
    fn a_message_is_brought_into_it() {
        let path = path(0..1_000);
        let window = Window::end(&path);
        assert_eq!(window.with(&path, path[950]), window);
        assert_eq!(window.with(&path, path[500]).range(&path), 440..560);
        assert_eq!(window.with(&path, MessageId(Uuid::nil())), window, "it is not there");
    }

    #[test]
    fn bounds_that_are_not_on_the_path_any_more_bound_nothing() {
        let (old, other) = (path(0..1_000), path(2_000..2_400));
        let window = Window::end(&old).up(&old).up(&old).up(&old);
        assert_eq!(window.range(&other), 200..400);
        assert_eq!(window.range(&[]), 0..0);
        assert_eq!(Window::default().up(&[]).range(&[]), 0..0);
    }
}
