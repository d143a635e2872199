//! The follower, moment by moment.

mod way;

use super::*;
use uuid::Uuid;

const CONVERSATION: ConversationId = ConversationId(Uuid::from_u128(7));

fn at(seq: u64, list: u64) -> Cursor {
    Cursor { log: 0xbeef, seq, list }
}

fn home(list: u64) -> Cursor {
    Cursor { log: 0xcafe, seq: 0, list }
}

fn page(cursor: Cursor) -> Output {
    Output::Open(Address { conversation: Some(CONVERSATION), after: Some(cursor) })
}

fn sidebar(cursor: Cursor) -> Output {
    Output::Open(Address { conversation: None, after: Some(cursor) })
}

fn change(id: Option<Cursor>) -> Input {
    Input::Heard { what: What::Change, id, t: None }
}

const PING: Input = Input::Heard { what: What::Ping, id: None, t: None };
const BYE: Input = Input::Heard { what: What::Bye, id: None, t: None };
const FATAL: Input = Input::Broken { closed: true };
const BROKEN: Input = Input::Broken { closed: false };

/// A follower at a moment that can be moved.
struct Page {
    follower: Follower,
    wall: u64,
}

impl Page {
    fn loaded() -> Self {
        Self { follower: Follower::new(Some(CONVERSATION), Some(at(10, 5)), Some(home(5)), 1), wall: 1_000_000 }
    }

    /// Seen, connected, and greeted.
    fn following() -> Self {
        let mut page = Self::loaded();
        assert_eq!(page.tell(Input::Visible), [self::page(at(10, 5))]);
        page.tell(Input::Opened);
        page.tell(Input::Heard { what: What::Hello { heartbeat_s: 15 }, id: None, t: None });
        page
    }

    fn tell(&mut self, input: Input) -> Vec<Output> {
        self.follower.step(input, self.wall)
    }

    /// Ticks each second for so long, and gives all that it was told to do.
    fn wait(&mut self, ms: u64) -> Vec<Output> {
        let end = self.wall + ms;
        let mut outputs = vec![];
        while self.wall < end {
            self.wall = (self.wall + 1_000).min(end);
            outputs.extend(self.tell(Input::Tick));
        }
        outputs
    }

    fn notice(&self) -> Notice {
        self.follower.notice(self.wall)
    }
}

#[test]
fn drawing_takes_its_share_of_the_time_and_no_more() {
    assert_eq!([0, 5, 6, 20, 40, 62, 63, 1_000].map(drawn_apart), [50, 50, 60, 200, 250, 250, 252, 4_000]);
}

#[test]
fn an_address_names_what_it_knows() {
    let address = Address { conversation: Some(CONVERSATION), after: Some(at(10, 5)) };
    assert_eq!(
        address.url(),
        "/api/events?conversation=00000000-0000-0000-0000-000000000007&after=0000beef.10.5&apart=50"
    );
    assert_eq!(Address { conversation: None, after: Some(home(2)) }.url(), "/api/events?after=0000cafe.0.2");
    assert_eq!(Address { conversation: None, after: None }.url(), "/api/events");
    let polled = "/api/poll?wait=25&conversation=00000000-0000-0000-0000-000000000007&after=0000beef.10.5";
    assert_eq!(address.poll_url(25), polled);
    assert_eq!(Address { conversation: None, after: None }.poll_url(0), "/api/poll?wait=0");
}

#[test]
fn the_sidebars_earlier_place_wins() {
    let mut follower = Follower::new(Some(CONVERSATION), Some(at(10, 9)), Some(home(5)), 1);
    assert_eq!(follower.step(Input::Visible, 0), [page(at(10, 5))]);
    let mut follower = Follower::new(Some(CONVERSATION), Some(at(10, 9)), None, 1);
    assert_eq!(follower.step(Input::Visible, 0), [page(at(10, 9))]);
}

#[test]
fn ids_move_both_places() {
    let mut tab = Page::following();
    tab.tell(change(None));
    tab.tell(change(Some(at(12, 6))));
    assert_eq!(tab.follower.home(), Some(home(6)));
    assert_eq!(tab.tell(Input::Shown { persisted: true }), [page(at(12, 6))]);
}

#[test]
fn without_a_conversation_it_follows_the_sidebar() {
    let mut follower = Follower::new(None, None, Some(home(5)), 1);
    assert_eq!(follower.step(Input::Visible, 0), [sidebar(home(5))]);
    follower.step(change(Some(home(8))), 0);
    assert_eq!(follower.home(), Some(home(8)));
    let mut follower = Follower::new(None, None, None, 1);
    assert_eq!(follower.step(Input::Visible, 0), [Output::Open(Address { conversation: None, after: None })]);
}

#[test]
fn silence_makes_a_new_stream() {
    let mut tab = Page::following();
    assert_eq!(tab.wait(39_000), []);
    assert_eq!(tab.wait(1_000), [page(at(10, 5))]);
    // The new one has its own 40 s, also when it never answers. Meanwhile the way is tested, in vain.
    assert!(!tab.wait(39_000).iter().any(|output| matches!(output, Output::Open(_) | Output::Poll { .. })));
    assert_eq!(tab.wait(1_000), [page(at(10, 5))]);
}

#[test]
fn pings_keep_a_stream() {
    let mut tab = Page::following();
    for _ in 0..20 {
        assert_eq!(tab.wait(15_000), []);
        assert_eq!(tab.tell(PING), []);
    }
}

#[test]
fn a_browser_that_reconnects_is_left_alone_until_the_watchdog() {
    let mut tab = Page::following();
    assert_eq!(tab.tell(BROKEN), []);
    for _ in 0..10 {
        assert_eq!(tab.wait(3_000), []);
        assert_eq!(tab.tell(BROKEN), []);
    }
    assert_eq!(tab.wait(10_000), [page(at(10, 5))]);
}

#[test]
fn a_fatal_close_is_survived_with_growing_waits_forever() {
    let mut tab = Page::following();
    let mut waits = vec![];
    for _ in 0..50 {
        assert_eq!(tab.tell(FATAL), []);
        let before = tab.wall;
        while tab.tell(Input::Tick).is_empty() {
            tab.wall += 10;
        }
        waits.push(tab.wall - before);
    }
    assert!((750..=1_260).contains(&waits[0]), "{waits:?}");
    assert!((1_500..=2_510).contains(&waits[1]), "{waits:?}");
    assert!(waits[6..].iter().all(|wait| (11_250..=18_760).contains(wait)), "{waits:?}");
    assert!(waits[6..].iter().any(|wait| wait != &waits[6]), "jittered: {waits:?}");
    // What comes through begins the count anew.
    tab.tell(Input::Opened);
    tab.tell(PING);
    tab.tell(FATAL);
    assert_eq!(tab.wait(2_000), [page(at(10, 5))]);
}

#[test]
fn waking_renews_a_dead_stream_only() {
    let mut tab = Page::following();
    tab.wall += 19_000;
    for input in [Input::Online, Input::Shown { persisted: false }] {
        assert_eq!(tab.tell(input), []);
    }
    tab.wall += 2_000;
    assert_eq!(tab.tell(Input::Online), [page(at(10, 5))], "longer than the heartbeat and slack");

    let mut tab = Page::following();
    tab.tell(FATAL);
    assert_eq!(tab.tell(Input::Online), [page(at(10, 5))], "closed for good");

    let mut tab = Page::following();
    tab.tell(BROKEN);
    assert_eq!(tab.tell(Input::Online), [page(at(10, 5))], "waiting for the browser's retry");

    let mut tab = Page::following();
    assert_eq!(tab.tell(Input::Shown { persisted: true }), [page(at(10, 5))], "out of the back-forward cache");
}

#[test]
fn the_heartbeat_is_the_servers() {
    let mut tab = Page::following();
    tab.tell(Input::Heard { what: What::Hello { heartbeat_s: 2 }, id: None, t: None });
    tab.wall += 8_000;
    assert_eq!(tab.tell(Input::Online), [page(at(10, 5))]);
}

#[test]
fn a_machine_that_slept_counts_the_time() {
    let mut tab = Page::following();
    tab.wall += 3_600_000;
    assert_eq!(tab.tell(Input::Tick), [page(at(10, 5))]);
}

#[test]
fn a_clock_set_back_stops_nothing() {
    let mut tab = Page::following();
    tab.wall -= 500_000;
    assert_eq!(tab.tell(Input::Tick), []);
    assert_eq!(tab.wait(40_000), [page(at(10, 5))]);
}

#[test]
fn a_page_loaded_hidden_opens_nothing() {
    let mut tab = Page::loaded();
    assert_eq!(tab.wait(100_000), []);
    assert_eq!(tab.tell(Input::Hidden), []);
    assert_eq!(tab.tell(Input::Online), []);
    assert_eq!(tab.tell(Input::Shown { persisted: false }), []);
    assert_eq!(tab.wait(100_000), []);
    assert_eq!(tab.tell(Input::Visible), [page(at(10, 5))]);
}

#[test]
fn a_hidden_page_closes_after_two_seconds() {
    let mut tab = Page::following();
    tab.tell(change(Some(at(11, 5))));
    assert_eq!(tab.tell(Input::Hidden), []);
    assert_eq!(tab.wait(1_000), []);
    tab.tell(change(Some(at(12, 5))));
    assert_eq!(tab.wait(1_000), [Output::Close, Output::Lock]);
    assert_eq!(tab.wait(600_000), [], "the lock is another tab's");
    assert!(tab.follower.listens_to_others());
    assert_eq!(tab.tell(Input::Visible), [Output::Unlock, page(at(12, 5))]);
}

#[test]
fn a_short_look_away_changes_nothing() {
    let mut tab = Page::following();
    tab.tell(Input::Hidden);
    tab.wait(1_000);
    assert_eq!(tab.tell(Input::Visible), []);
    assert_eq!(tab.wait(10_000), []);
}

#[test]
fn one_hidden_tab_keeps_the_sidebar() {
    let mut tab = Page::following();
    tab.tell(Input::Hidden);
    assert_eq!(tab.wait(2_000), [Output::Close, Output::Lock]);
    assert_eq!(tab.tell(Input::LockHeld), [sidebar(home(5))]);
    assert!(tab.follower.keeps_sidebar());
    tab.tell(Input::Opened);
    tab.tell(change(Some(home(9))));
    assert_eq!(tab.follower.home(), Some(home(9)));
    // Its stream is watched and mended like any other.
    assert_eq!(tab.wait(40_000), [sidebar(home(9))]);
    tab.tell(FATAL);
    assert_eq!(tab.wait(2_000), [sidebar(home(9))]);
    // The conversation goes on from where it was; the sidebar's place is not that of the conversation's last id.
    assert_eq!(tab.tell(Input::Visible), [Output::Unlock, Output::Close, page(at(10, 5))]);
    assert!(!tab.follower.keeps_sidebar());
}

#[test]
fn a_lock_that_comes_too_late_is_given_back() {
    let mut tab = Page::following();
    tab.tell(Input::Hidden);
    tab.wait(2_000);
    tab.tell(Input::Visible);
    assert_eq!(tab.tell(Input::LockHeld), [Output::Unlock]);
}

#[test]
fn a_gap_asks_again_and_follows_from_the_answer() {
    let mut tab = Page::following();
    assert_eq!(tab.tell(Input::Gap), [Output::Close, Output::AskAgain { list: false }]);
    assert_eq!(tab.tell(Input::Gap), [], "it is asked already");
    assert_eq!(tab.wait(60_000), [], "no stream until the answer");
    assert_eq!(tab.tell(Input::Answered(at(40, 7))), [page(at(40, 5))]);
}

#[test]
fn asking_again_happens_once_in_five_seconds() {
    let mut tab = Page::following();
    tab.tell(Input::Gap);
    tab.tell(Input::Answered(at(40, 5)));
    tab.wait(1_000);
    assert_eq!(tab.tell(Input::Gap), [Output::Close]);
    assert_eq!(tab.tell(Input::Gap), [Output::Close]);
    assert_eq!(tab.wait(3_000), []);
    assert_eq!(tab.wait(1_000), [Output::AskAgain { list: false }]);
    assert_eq!(tab.wait(60_000), []);
}

#[test]
fn what_cannot_be_read_asks_for_the_sidebar_too() {
    let mut tab = Page::following();
    assert_eq!(tab.tell(Input::Unreadable), [Output::Close, Output::AskAgain { list: true }]);
    assert_eq!(tab.tell(Input::Listed(home(9))), []);
    assert_eq!(tab.tell(Input::Answered(at(40, 9))), [page(at(40, 9))]);
}

#[test]
fn without_a_conversation_asking_again_reads_the_sidebar() {
    let mut follower = Follower::new(None, None, Some(home(5)), 1);
    follower.step(Input::Visible, 0);
    assert_eq!(follower.step(Input::Unreadable, 0), [Output::Close, Output::AskAgain { list: true }]);
    assert_eq!(follower.step(Input::Listed(home(9)), 0), [sidebar(home(9))]);
}

#[test]
fn an_answer_that_does_not_come_is_asked_for_again() {
    let mut tab = Page::following();
    tab.tell(Input::Gap);
    assert_eq!(tab.tell(Input::Unanswered), []);
    assert_eq!(tab.wait(5_000), [Output::AskAgain { list: false }]);
    assert_eq!(tab.notice(), Notice::Reconnecting);
    tab.tell(Input::Unanswered);
    assert_eq!(tab.tell(Input::Online), [], "waking does not break the limit");
    assert_eq!(tab.wait(5_000), [Output::AskAgain { list: false }]);
    assert_eq!(tab.tell(Input::Answered(at(40, 5))), [page(at(40, 5))]);
}

#[test]
fn a_hidden_page_asks_again_when_it_is_seen() {
    let mut tab = Page::following();
    tab.tell(Input::Hidden);
    assert_eq!(tab.tell(Input::Gap), [Output::Close]);
    assert_eq!(tab.wait(10_000), [Output::Close, Output::Lock]);
    assert_eq!(tab.tell(Input::Visible), [Output::Unlock, Output::AskAgain { list: false }]);
}

#[test]
fn an_answer_to_a_hidden_page_opens_nothing() {
    let mut tab = Page::following();
    tab.tell(Input::Gap);
    tab.tell(Input::Hidden);
    assert_eq!(tab.tell(Input::Answered(at(40, 5))), []);
    tab.wait(2_000);
    assert_eq!(tab.tell(Input::Visible), [Output::Unlock, page(at(40, 5))]);
}

#[test]
fn a_conversation_that_is_gone_leaves_the_sidebar() {
    let mut tab = Page::following();
    tab.tell(Input::Gap);
    assert_eq!(tab.tell(Input::Gone), [sidebar(home(5))]);
}

#[test]
fn a_break_is_told_after_five_seconds() {
    let mut tab = Page::following();
    assert_eq!(tab.notice(), Notice::None);
    tab.tell(BROKEN);
    tab.wait(4_000);
    assert_eq!(tab.notice(), Notice::None);
    tab.wait(1_000);
    assert_eq!(tab.notice(), Notice::Reconnecting);
    tab.tell(Input::Opened);
    assert_eq!(tab.notice(), Notice::None);
}

#[test]
fn a_first_connection_that_does_not_come_is_told_too() {
    let mut tab = Page::loaded();
    tab.tell(Input::Visible);
    tab.wait(5_000);
    assert_eq!(tab.notice(), Notice::Reconnecting);
}

#[test]
fn coming_back_begins_the_patience_anew() {
    let mut tab = Page::following();
    tab.tell(BROKEN);
    tab.tell(Input::Hidden);
    tab.wait(60_000);
    assert_eq!(tab.notice(), Notice::None, "nobody looks");
    tab.tell(Input::Visible);
    assert_eq!(tab.notice(), Notice::None);
    tab.wait(5_000);
    assert_eq!(tab.notice(), Notice::Reconnecting);
}

#[test]
fn a_server_that_says_goodbye_is_no_error_while_it_restarts() {
    let mut tab = Page::following();
    tab.tell(BROKEN);
    tab.wait(4_000);
    tab.tell(BYE);
    tab.tell(BROKEN);
    tab.wait(6_000);
    assert_eq!(tab.notice(), Notice::None);
    tab.wait(1_000);
    assert_eq!(tab.notice(), Notice::Reconnecting);
}

#[test]
fn a_proxy_without_its_server_is_asked_each_second_while_that_restarts() {
    let mut tab = Page::following();
    tab.tell(BYE);
    let bye = tab.wall;
    let mut tries = 0;
    // The proxy answers 502 for nearly five seconds, and each time the stream is closed for good.
    while tab.wall < bye + 4_900 {
        tab.tell(FATAL);
        while tab.tell(Input::Tick).is_empty() {
            tab.wall += 10;
            assert_eq!(tab.notice(), Notice::None, "{} ms after bye", tab.wall - bye);
        }
        tries += 1;
    }
    assert!((4..=7).contains(&tries), "{tries}");
    tab.tell(Input::Opened);
    assert_eq!(tab.notice(), Notice::None);
}

#[test]
fn offline_is_told_until_something_is_heard() {
    let mut tab = Page::following();
    tab.tell(Input::Offline);
    assert_eq!(tab.notice(), Notice::Offline);
    tab.tell(PING);
    assert_eq!(tab.notice(), Notice::None, "a server on this machine needs no network");
    tab.tell(Input::Offline);
    tab.tell(Input::Online);
    assert_eq!(tab.notice(), Notice::None);
}

#[test]
fn trouble_is_told_until_another_event() {
    let mut tab = Page::following();
    tab.tell(Input::Heard { what: What::Trouble, id: None, t: None });
    assert_eq!(tab.notice(), Notice::DiskFull);
    tab.tell(PING);
    assert_eq!(tab.notice(), Notice::DiskFull);
    tab.tell(change(None));
    assert_eq!(tab.notice(), Notice::None);
}
