//! The protocol's tests: what each event does to what is held.

mod conversations;
mod properties;

use super::*;
use crate::wire::{Code, Error, PartKind, ResetReason, Role, Status, TroubleCode, Usage};
use uuid::Uuid;

fn id(n: u128) -> MessageId {
    MessageId(Uuid::from_u128(n))
}

fn conversation(n: u128) -> ConversationId {
    ConversationId(Uuid::from_u128(n))
}

fn message(n: u128, parent: Option<u128>, status: Status) -> Message {
    Message {
        id: id(n),
        conversation: conversation(1),
        parent: parent.map(id),
        siblings: vec![],
        role: Role::Assistant,
        run: 1,
        status,
        parts: vec![],
        seams: vec![],
        model: None,
        hint: None,
        together: false,
        usage: None,
        finish: None,
        error: None,
        created_at: 0,
        seq: 10,
    }
}

/// A reply of which "Hello" is held, up to seq 12.
fn reply() -> Message {
    let part = Part { kind: PartKind::Text, text: "Hello".into(), ms: None };
    Message { parts: vec![part], seq: 12, ..message(2, Some(1), Status::Streaming) }
}

fn delta(at: u64, text: &str, seq: u64) -> Delta {
    Delta {
        message: id(2),
        run: 1,
        part: 0,
        kind: PartKind::Text,
        at,
        text: text.into(),
        seq,
        t: 0,
        pad: String::new(),
    }
}

fn change(status: Status, seq: u64) -> StatusChange {
    StatusChange { message: id(2), run: 1, status, usage: None, finish: None, error: None, sizes: None, ms: None, seq }
}

fn summary(n: u128, updated_at: u64, list: u64) -> Summary {
    Summary {
        conversation: conversation(n),
        title: format!("title {n}"),
        version: 1,
        updated_at,
        running: false,
        unread: false,
        set_up: false,
        deleted: false,
        list,
    }
}

mod deltas {
    use super::*;

    /// What "Hello" becomes by this delta.
    fn after(delta: Delta) -> (Applied, String) {
        let mut reply = reply();
        let applied = reply.apply(&Event::Delta(delta));
        (applied, reply.text())
    }

    #[test]
    fn at_the_end_it_is_appended() {
        assert_eq!(after(delta(5, ", brook", 13)), (Applied::Changed(id(2)), "Hello, brook".into()));
    }

    #[test]
    fn what_is_known_is_skipped() {
        assert_eq!(after(delta(3, "lo, brook", 13)), (Applied::Changed(id(2)), "Hello, brook".into()));
        assert_eq!(after(delta(0, "Hello, brook", 13)), (Applied::Changed(id(2)), "Hello, brook".into()));
        for known in [delta(0, "Hello", 13), delta(1, "ell", 12), delta(5, "", 13)] {
            assert_eq!(after(known), (Applied::Ignored, "Hello".into()));
        }
    }

    #[test]
    fn beyond_the_end_it_asks_again() {
        assert_eq!(after(delta(6, "x", 13)), (Applied::AskAgain(Gap::Text), "Hello".into()));
    }

    #[test]
    fn an_overlap_that_ends_inside_a_character_asks_again() {
        assert_eq!(after(delta(4, "文x", 13)), (Applied::AskAgain(Gap::Text), "Hello".into()));
    }

    #[test]
    fn of_an_older_run_it_is_ignored() {
        let mut reply = Message { run: 2, ..reply() };
        assert_eq!(reply.apply(&Event::Delta(delta(5, "x", 99))), Applied::Ignored);
        assert_eq!((reply.text().as_str(), reply.seq), ("Hello", 12));
    }

    #[test]
    fn of_a_run_that_was_not_announced_it_asks_again() {
        assert_eq!(after(Delta { run: 2, ..delta(5, "x", 13) }).0, Applied::AskAgain(Gap::Unannounced));
    }

    #[test]
    fn of_another_message_it_is_ignored() {
        assert_eq!(after(Delta { message: id(3), ..delta(5, "x", 13) }), (Applied::Ignored, "Hello".into()));
    }

    #[test]
    fn the_next_part_begins_at_its_first_byte() {
        let next = Delta { part: 1, ..delta(0, "!", 13) };
        assert_eq!(after(next.clone()), (Applied::Changed(id(2)), "Hello!".into()));
        assert_eq!(after(Delta { at: 1, ..next.clone() }).0, Applied::AskAgain(Gap::Unannounced));
        assert_eq!(after(Delta { part: 2, ..next.clone() }).0, Applied::AskAgain(Gap::Unannounced));
        let thought = Delta { kind: PartKind::Reasoning, ..next };
        assert_eq!(after(thought), (Applied::Changed(id(2)), "Hello".into()), "reasoning is not what was said");
    }

    #[test]
    fn a_part_of_another_kind_asks_again() {
        let other = Delta { kind: PartKind::Reasoning, ..delta(5, "x", 13) };
        assert_eq!(after(other).0, Applied::AskAgain(Gap::Unannounced));
    }

    #[test]
    fn the_first_one_ends_the_waiting() {
        let mut reply = message(2, Some(1), Status::Waiting);
        reply.apply(&Event::Delta(delta(0, "H", 11)));
        assert_eq!((reply.status, reply.seq), (Status::Streaming, 11));
    }

    #[test]
    fn a_reply_that_ended_stays_ended() {
        for status in [Status::Complete, Status::Stopped, Status::Failed, Status::Interrupted] {
            let mut reply = Message { status, ..reply() };
            reply.apply(&Event::Delta(delta(0, "Hello", 11)));
            assert_eq!(reply.status, status);
        }
    }

    #[test]
    fn the_seq_moves_with_them_and_never_back() {
        let mut reply = reply();
        reply.apply(&Event::Delta(delta(5, "x", 20)));
        reply.apply(&Event::Delta(delta(5, "x", 15)));
        assert_eq!(reply.seq, 20);
    }
}

mod statuses {
    use super::*;

    #[test]
    fn the_end_brings_all_that_is_known_of_it() {
        let mut reply = reply();
        let usage = Some(Usage { output_tokens: Some(2), ..Usage::default() });
        let error = Some(Error::new(Code::ProviderCut, "the stream broke off"));
        let end = StatusChange { usage, error: error.clone(), sizes: Some(vec![5]), ..change(Status::Interrupted, 13) };
        assert_eq!(reply.apply(&Event::Status(end)), Applied::Changed(id(2)));
        assert_eq!((reply.status, reply.usage, &reply.error, reply.seq), (Status::Interrupted, usage, &error, 13));
        assert_eq!(reply.text(), "Hello");
    }

    #[test]
    fn it_says_how_long_each_part_took() {
        let mut reply = reply();
        let end = StatusChange { sizes: Some(vec![5]), ms: Some(vec![12_000]), ..change(Status::Complete, 13) };
        reply.apply(&Event::Status(end));
        assert_eq!(reply.parts[0].ms, Some(12_000));
    }

    #[test]
    fn not_above_the_held_seq_it_is_ignored() {
        for seq in [11, 12] {
            assert_eq!(reply().apply(&Event::Status(change(Status::Complete, seq))), Applied::Ignored);
        }
    }

    #[test]
    fn of_an_older_run_it_is_ignored() {
        let mut reply = Message { run: 2, ..reply() };
        assert_eq!(reply.apply(&Event::Status(change(Status::Interrupted, 99))), Applied::Ignored);
    }

    #[test]
    fn of_a_run_that_was_not_announced_it_asks_again() {
        let next = StatusChange { run: 2, ..change(Status::Streaming, 13) };
        assert_eq!(reply().apply(&Event::Status(next)), Applied::AskAgain(Gap::Unannounced));
    }

    #[test]
    fn other_sizes_ask_again_and_change_nothing() {
        for sizes in [vec![], vec![4], vec![6], vec![5, 0]] {
            let mut held = reply();
            let end = StatusChange { sizes: Some(sizes), ..change(Status::Complete, 13) };
            assert_eq!(held.apply(&Event::Status(end)), Applied::AskAgain(Gap::Sizes));
            assert_eq!(held, reply());
        }
    }
}

mod messages {
    use super::*;

    #[test]
    fn a_newer_one_replaces_the_held_one() {
        let mut held = reply();
        let newer = Message { run: 2, seq: 13, status: Status::Waiting, ..reply() };
        assert_eq!(held.apply(&Event::Message(newer.clone())), Applied::Changed(id(2)));
        assert_eq!(held, newer);
    }

    #[test]
    fn with_a_lower_run_or_without_a_higher_seq_it_is_ignored() {
        let mut held = Message { run: 2, ..reply() };
        let whole = held.clone();
        for (run, seq) in [(1, 99), (2, 12), (2, 11), (3, 12)] {
            let message = Message { run, seq, parts: vec![], ..reply() };
            assert_eq!(held.apply(&Event::Message(message)), Applied::Ignored);
        }
        assert_eq!(held, whole);
    }

    #[test]
    fn text_that_came_meanwhile_is_not_lost_to_a_late_message() {
        let mut held = reply();
        held.apply(&Event::Delta(delta(5, ", brook", 15)));
        let late = Message { seq: 14, ..reply() };
        assert_eq!(held.apply(&Event::Message(late)), Applied::Ignored);
        assert_eq!(held.text(), "Hello, brook");
    }
}

mod sidebars {
    use super::*;

    fn ids(sidebar: &Sidebar) -> Vec<ConversationId> {
        sidebar.rows().iter().map(|row| row.conversation).collect()
    }

    #[test]
    fn the_newest_comes_first() {
        let mut sidebar = Sidebar::new(vec![summary(1, 10, 1), summary(2, 20, 2)]);
        assert_eq!(ids(&sidebar), [2, 1].map(conversation));
        assert!(sidebar.apply(&Event::Summary(summary(1, 30, 3))));
        assert!(sidebar.apply(&Event::Summary(summary(3, 25, 4))));
        assert_eq!(ids(&sidebar), [1, 3, 2].map(conversation));
    }

    #[test]
    fn a_row_that_is_not_newer_is_ignored() {
        let mut sidebar = Sidebar::new(vec![summary(1, 10, 5)]);
        for list in [4, 5] {
            let late = Summary { title: "late".into(), ..summary(1, 99, list) };
            assert!(!sidebar.apply(&Event::Summary(late)));
        }
        assert_eq!(sidebar.get(conversation(1)), Some(&summary(1, 10, 5)));
    }

    #[test]
    fn a_deleted_row_goes() {
        let mut sidebar = Sidebar::new(vec![summary(1, 10, 1)]);
        let tombstone = |list| Event::Summary(Summary { deleted: true, ..summary(1, 10, list) });
        assert!(!sidebar.apply(&tombstone(1)), "not newer");
        assert!(sidebar.apply(&tombstone(2)));
        assert!(sidebar.rows().is_empty());
        assert!(!sidebar.apply(&tombstone(3)));
    }
}
