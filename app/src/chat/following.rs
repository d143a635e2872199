//! Whether the view follows the end of the thread: the rule, without a browser.
//!
//! It follows until the reader turns up, by whatever means: wheel, finger, keys, find-in-page. What they all have in common
//! is that the view is further up than we left it, though there is no less to see. It follows again when the reader is
//! back at the end.

use crate::browser::View;

/// Whoever comes down to within so many pixels of the end means the end.
const NEAR: i32 = 32;
/// Browsers round.
const AT_END: i32 = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Following {
    follows: bool,
    selects: bool,
    news: bool,
    seen: View,
}

impl Default for Following {
    /// At the end.
    fn default() -> Self {
        Self { follows: true, selects: false, news: false, seen: View::default() }
    }
}

impl Following {
    /// The view is to be kept at the end.
    pub fn follows(&self) -> bool {
        self.follows
    }

    /// Text came that was not seen.
    pub fn news(&self) -> bool {
        self.news
    }

    /// The view moved; whether the reader moved it. Where we put it, or the browser pushed it, says nothing of the reader.
    pub fn scrolled(&mut self, view: View) -> bool {
        // With less to see, or in a larger window, the browser itself moves the view up to the end.
        let pushed = view.end < self.seen.end;
        let (up, down) = (view.top < self.seen.top, view.top > self.seen.top);
        if up && !pushed {
            self.follows = false;
        } else if (up || down) && is_within(view, if down { NEAR } else { AT_END }) {
            self.reach_end();
        }
        self.seen = view;
        down || up && !pushed
    }

    /// We moved the view, or what is in it changed.
    pub fn placed(&mut self, view: View) {
        self.seen = view;
        if is_within(view, AT_END) && !self.selects {
            self.reach_end();
        }
    }

    /// Text of the thread is selected, or no more: under a selection nothing moves.
    pub fn select(&mut self, selects: bool) {
        self.selects = selects;
    }

    /// The thread is about to grow at its end.
    pub fn grow(&mut self) {
        if self.selects {
            self.follows = false;
        }
        if !self.follows {
            self.news = true;
        }
    }

    /// The reader leaves the end without having moved: the view is put elsewhere.
    pub fn leave_end(&mut self) {
        self.follows = false;
    }

    pub fn go_to_end(&mut self) {
        self.reach_end();
    }

    fn reach_end(&mut self) {
        self.follows = true;
        self.news = false;
    }
}

fn is_within(view: View, pixels: i32) -> bool {
    view.end - view.top <= pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(top: i32, end: i32) -> View {
        View { top, end }
    }

    /// A reader at the end of a thread that is 1,000 pixels longer than the window.
    fn reader() -> Following {
        let mut following = Following::default();
        following.placed(at(1_000, 1_000));
        following
    }

    #[test]
    fn the_end_is_followed_as_it_grows() {
        let mut following = reader();
        for end in [1_020, 1_040] {
            following.grow();
            assert!(following.follows() && !following.news());
            following.placed(at(end, end));
        }
    }

    #[test]
    fn one_pixel_up_is_reading() {
        let mut following = reader();
        following.scrolled(at(999, 1_000));
        assert!(!following.follows());
        // The thread grows, which moves nothing: still reading.
        following.grow();
        following.placed(at(999, 1_100));
        assert!(!following.follows() && following.news());
    }

    #[test]
    fn back_at_the_end_it_follows_again() {
        let mut following = reader();
        following.scrolled(at(500, 1_000));
        following.grow();
        following.scrolled(at(900, 1_100));
        assert!(!following.follows() && following.news(), "further down, and not there yet");
        following.scrolled(at(1_080, 1_100));
        assert!(following.follows() && !following.news());
    }

    #[test]
    fn near_the_end_it_counts_only_on_the_way_down() {
        let mut following = reader();
        following.scrolled(at(980, 1_000));
        assert!(!following.follows());
    }

    #[test]
    fn a_thread_that_shrinks_or_a_window_that_grows_is_not_reading() {
        let mut following = reader();
        following.scrolled(at(700, 700));
        assert!(following.follows());
    }

    #[test]
    fn what_we_moved_ourselves_says_nothing() {
        let mut following = reader();
        following.placed(at(400, 400));
        following.leave_end();
        assert!(!following.scrolled(at(400, 400)));
        assert!(!following.scrolled(at(400, 900)), "it grew meanwhile");
        assert!(!following.follows(), "there was no more to see yet, and the reader was further up");
        assert!(following.scrolled(at(390, 900)));
    }

    #[test]
    fn under_a_selection_nothing_moves() {
        let mut following = reader();
        following.select(true);
        following.grow();
        assert!(!following.follows() && following.news());
        following.placed(at(1_000, 1_040));
        following.select(false);
        following.grow();
        assert!(!following.follows(), "the reader stays where the selection was");
        following.go_to_end();
        assert!(following.follows() && !following.news());
    }

    #[test]
    fn a_selection_at_rest_keeps_the_end() {
        let mut following = reader();
        following.select(true);
        following.select(false);
        assert!(following.follows());
    }
}
