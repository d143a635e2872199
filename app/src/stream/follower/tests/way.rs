//! A way that holds streams back: suspicion, its test, and polling.

use super::*;

const LATER: Cursor = Cursor { log: 0xbeef, seq: 12, list: 6 };

fn poll(after: Cursor, wait_s: u64) -> Output {
    Output::Poll { address: Address { conversation: Some(CONVERSATION), after: Some(after) }, wait_s }
}

fn test(after: Cursor) -> Output {
    Output::Test(Address { conversation: Some(CONVERSATION), after: Some(after) })
}

/// A piece of text that left at `t`.
fn piece(id: Cursor, t: u64) -> Input {
    Input::Heard { what: What::Change, id: Some(id), t: Some(t) }
}

const HELLO: Input = Input::Heard { what: What::Hello { heartbeat_s: 15 }, id: None, t: Some(0) };

impl Page {
    /// Seen, and its stream does not say a word.
    fn unanswered() -> Self {
        let mut page = Self::loaded();
        page.tell(Input::Visible);
        page
    }

    /// A page that found out that it has to poll.
    fn polling() -> Self {
        let mut page = Self::unanswered();
        assert_eq!(page.wait(3_000), [test(at(10, 5))]);
        assert_eq!(page.tell(Input::Tested(Some(at(10, 5)))), []);
        assert_eq!(page.wait(1_000), [poll(at(10, 5), 25)]);
        page
    }

    /// A page whose text came in time once, and now came four seconds late.
    fn suspicious() -> Self {
        let mut page = Self::following();
        page.tell(HELLO);
        page.tell(piece(at(11, 5), 0));
        assert_eq!(page.wait(5_000), []);
        assert_eq!(page.tell(piece(at(12, 5), 1_000)), []);
        page
    }

    /// Polls as the server answers them without news, until something else is to be done.
    fn poll_on(&mut self) -> (u64, Output) {
        let began = self.wall;
        loop {
            assert_eq!(self.wait(25_000), []);
            match self.tell(Input::Polled).remove(0) {
                Output::Poll { .. } => {}
                other => return (self.wall - began, other),
            }
        }
    }
}

#[test]
fn a_stream_without_first_bytes_that_a_poll_overtakes_is_held_back() {
    let tab = Page::polling();
    assert_eq!(tab.notice(), Notice::HeldBack);
    assert!(tab.follower.is_polling() && !tab.follower.listens_to_others());
}

#[test]
fn headers_are_no_first_bytes() {
    let mut tab = Page::unanswered();
    tab.tell(Input::Opened);
    assert_eq!(tab.wait(3_000), [test(at(10, 5))]);
}

#[test]
fn first_bytes_in_time_raise_no_suspicion() {
    let mut tab = Page::unanswered();
    tab.wait(2_000);
    tab.tell(HELLO);
    assert_eq!(tab.wait(30_000), []);
}

#[test]
fn without_an_answer_it_is_the_network() {
    let mut tab = Page::unanswered();
    assert_eq!(tab.wait(3_000), [test(at(10, 5))]);
    assert_eq!(tab.wait(2_000), []);
    assert_eq!(tab.tell(Input::Tested(Some(LATER))), [], "too late");
    assert_eq!(tab.wait(2_000), []);
    assert_eq!(tab.notice(), Notice::Reconnecting);
    assert_eq!(tab.wait(1_000), [test(at(10, 5))], "it is asked again, in its own time");
}

#[test]
fn an_answer_after_more_than_a_second_proves_nothing() {
    let mut tab = Page::unanswered();
    tab.wait(3_000);
    tab.wall += 1_001;
    tab.tell(Input::Tested(Some(LATER)));
    assert_eq!(tab.wait(1_000), []);
}

#[test]
fn a_stream_that_speaks_is_believed() {
    for answered_first in [true, false] {
        let mut tab = Page::unanswered();
        tab.wait(3_000);
        let mut inputs = [Input::Tested(Some(LATER)), HELLO];
        if !answered_first {
            inputs.reverse();
        }
        for input in inputs {
            assert_eq!(tab.tell(input), []);
        }
        assert_eq!(tab.wait(10_000), []);
        assert_eq!(tab.notice(), Notice::None);
    }
}

#[test]
fn text_that_comes_long_after_it_left_is_suspicious() {
    let mut tab = Page::suspicious();
    assert_eq!(tab.wait(1_000), [test(at(12, 5))]);
    tab.tell(Input::Tested(Some(at(13, 5))));
    assert_eq!(tab.wait(1_000), [poll(at(12, 5), 25)]);
    assert_eq!(tab.notice(), Notice::HeldBack);
}

#[test]
fn late_text_proves_nothing_where_the_server_knows_no_more() {
    let mut tab = Page::suspicious();
    assert_eq!(tab.wait(1_000), [test(at(12, 5))]);
    tab.tell(Input::Tested(Some(at(12, 5))));
    assert_eq!(tab.wait(5_000), []);
    // A network that became slower, or a wall clock that was set: as late as before is not late.
    for seq in 13..20 {
        tab.tell(piece(at(seq, 5), (seq - 12) * 1_000 + 1_000));
        assert_eq!(tab.wait(1_000), []);
    }
}

#[test]
fn a_page_that_was_busy_suspects_nobody() {
    // The text waited in the browser while the page was drawing; which of the two it is told first is not known.
    for text_first in [true, false] {
        let mut tab = Page::following();
        tab.tell(HELLO);
        tab.wait(1_000);
        tab.wall += 3_000;
        let mut inputs = [piece(at(11, 5), 1_500), Input::Tick];
        if !text_first {
            inputs.reverse();
        }
        for input in inputs {
            assert_eq!(tab.tell(input), []);
        }
        assert_eq!(tab.wait(10_000), [], "text first: {text_first}");
    }
}

#[test]
fn a_hidden_page_suspects_nobody() {
    let mut tab = Page::following();
    tab.tell(HELLO);
    tab.wait(5_000);
    tab.tell(Input::Hidden);
    tab.tell(piece(at(11, 5), 1_000));
    assert_eq!(tab.wait(1_000), []);
    let mut tab = Page::following();
    tab.tell(Input::Hidden);
    tab.wait(2_000);
    tab.tell(Input::LockHeld);
    assert_eq!(tab.wait(20_000), [], "the sidebar's stream of hidden tabs, without first bytes");
}

#[test]
fn a_stream_that_begins_anew_counts_its_time_anew() {
    let mut tab = Page::following();
    tab.tell(HELLO);
    tab.wait(30_000);
    tab.tell(BROKEN);
    tab.tell(Input::Opened);
    tab.tell(HELLO);
    assert_eq!(tab.wait(5_000), []);
}

#[test]
fn polls_follow_each_other_from_place_to_place() {
    let mut tab = Page::polling();
    tab.tell(change(None));
    tab.tell(change(Some(LATER)));
    assert_eq!(tab.tell(Input::Polled), [poll(LATER, 25)]);
    assert_eq!(tab.follower.home(), Some(home(6)));
    assert_eq!(tab.wait(25_000), []);
    assert_eq!(tab.tell(Input::Polled), [poll(LATER, 25)]);
}

#[test]
fn it_is_told_for_a_while() {
    let mut tab = Page::polling();
    tab.wait(19_000);
    assert_eq!(tab.notice(), Notice::HeldBack);
    tab.wait(1_000);
    assert_eq!(tab.notice(), Notice::None);
}

#[test]
fn a_poll_that_fails_is_tried_again_and_then_answered_at_once() {
    let mut tab = Page::polling();
    assert_eq!(tab.tell(FATAL), []);
    assert_eq!(tab.wait(2_000), [poll(at(10, 5), 0)]);
    tab.tell(FATAL);
    tab.wait(3_000);
    assert_eq!(tab.notice(), Notice::Reconnecting);
    assert_eq!(tab.tell(Input::Polled), [poll(at(10, 5), 25)]);
    assert_eq!(tab.notice(), Notice::HeldBack);
}

#[test]
fn a_poll_that_dies_without_a_word_is_noticed() {
    let mut tab = Page::polling();
    assert_eq!(tab.wait(39_000), []);
    assert_eq!(tab.wait(1_000), [poll(at(10, 5), 0)]);
    tab.tell(Input::Polled);
    tab.wall += 30_000;
    assert_eq!(tab.tell(Input::Online), [], "it may still be waiting");
    tab.wall += 1_000;
    assert_eq!(tab.tell(Input::Online), [poll(at(10, 5), 0)]);
    assert_eq!(tab.tell(Input::Shown { persisted: true }), [poll(at(10, 5), 0)]);
}

#[test]
fn a_hidden_page_polls_no_more() {
    let mut tab = Page::polling();
    tab.tell(Input::Hidden);
    assert_eq!(tab.wait(2_000), [Output::Close, Output::Lock]);
    assert_eq!(tab.wait(60_000), []);
    assert_eq!(tab.tell(Input::Visible), [Output::Unlock, poll(at(10, 5), 0)]);
    tab.tell(Input::Hidden);
    tab.wait(1_000);
    assert_eq!(tab.tell(Input::Visible), [], "a short look away changes nothing");
}

#[test]
fn the_hidden_tab_that_keeps_the_sidebar_polls_for_it() {
    let mut tab = Page::polling();
    tab.tell(Input::Hidden);
    tab.wait(2_000);
    let poll_sidebar = |wait_s| Output::Poll { address: Address { conversation: None, after: Some(home(5)) }, wait_s };
    assert_eq!(tab.tell(Input::LockHeld), [poll_sidebar(0)]);
    assert!(tab.follower.keeps_sidebar());
    assert_eq!(tab.tell(Input::Polled), [poll_sidebar(25)]);
}

#[test]
fn a_gap_in_an_answer_ends_the_polling_until_it_was_read() {
    let mut tab = Page::polling();
    assert_eq!(tab.tell(Input::Gap), [Output::Close, Output::AskAgain { list: false }]);
    assert!(!tab.follower.is_polling());
    assert_eq!(tab.tell(Input::Polled), []);
    assert_eq!(tab.tell(Input::Answered(at(40, 5))), [poll(at(40, 5), 0)]);
}

#[test]
fn a_server_that_says_goodbye_is_asked_again_in_a_second() {
    let mut tab = Page::polling();
    tab.wait(20_000);
    tab.tell(BYE);
    assert_eq!(tab.tell(Input::Polled), []);
    for _ in 0..4 {
        assert_eq!(tab.notice(), Notice::None);
        assert_eq!(tab.wait(1_300).len(), 1);
        tab.tell(FATAL);
    }
    assert_eq!(tab.wait(1_300), [poll(at(10, 5), 0)]);
    assert_eq!(tab.tell(Input::Polled), [poll(at(10, 5), 25)]);
    assert_eq!(tab.notice(), Notice::None);
}

#[test]
fn the_stream_is_tried_again_every_ten_minutes_without_a_word() {
    let mut tab = Page::polling();
    for _ in 0..2 {
        let (after, output) = tab.poll_on();
        assert_eq!(output, page(at(10, 5)));
        assert!((575_000..=625_000).contains(&after), "{after}");
        assert_eq!(tab.wait(3_000), [test(at(10, 5))]);
        tab.tell(Input::Tested(Some(at(10, 5))));
        assert_eq!(tab.wait(1_000), [poll(at(10, 5), 25)]);
        assert_eq!(tab.notice(), Notice::None);
    }
    tab.poll_on();
    tab.tell(HELLO);
    assert_eq!(tab.wait(15_000), []);
    assert_eq!(tab.tell(PING), []);
    assert!(!tab.follower.is_polling() && tab.follower.polls(tab.wall).is_none());
}

#[test]
fn the_next_conversation_of_the_page_knows_the_way() {
    let mut tab = Page::polling();
    tab.wait(5_000);
    let next = |wall| {
        let mut page = Page { wall, ..Page::loaded() };
        page.follower.set_polls(tab.follower.polls(wall));
        page
    };
    let mut other = next(tab.wall);
    assert_eq!(other.tell(Input::Visible), [poll(at(10, 5), 0)]);
    other.tell(Input::Polled);
    assert_eq!(other.notice(), Notice::HeldBack);
    other.wait(15_000);
    assert_eq!(other.notice(), Notice::None, "twenty seconds for both");
    other.tell(Input::Polled);
    let (after, output) = other.poll_on();
    assert_eq!(output, page(at(10, 5)));
    assert!((555_000..=600_000).contains(&after), "{after}");
}
