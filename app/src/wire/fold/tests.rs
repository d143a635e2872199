use super::*;
use crate::wire::{Code, Error, PartKind, ResetReason, Role, Status, TroubleCode, Usage};
use proptest::prelude::*;
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
        role: Role::Assistant,
        run: 1,
        status,
        parts: vec![],
        model: None,
        usage: None,
        error: None,
        created_at: 0,
        seq: 10,
    }
}

/// A reply of which "Hello" is held, up to seq 12.
fn reply() -> Message {
    let part = Part { kind: PartKind::Text, text: "Hello".into() };
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
    StatusChange { message: id(2), run: 1, status, usage: None, error: None, sizes: None, seq }
}

fn summary(n: u128, updated_at: u64, list: u64) -> Summary {
    Summary {
        conversation: conversation(n),
        title: format!("title {n}"),
        version: 1,
        updated_at,
        running: false,
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

mod conversations {
    use super::*;

    /// 1 ── 2, and 2 is shown.
    fn held() -> Conversation {
        Conversation::new(vec![message(1, None, Status::Complete), reply()])
    }

    #[test]
    fn the_newest_message_is_the_leaf() {
        assert_eq!(held().path(), [1, 2].map(id));
        assert_eq!(held().leaf().map(|leaf| leaf.id), Some(id(2)));
        assert_eq!(Conversation::default().path(), []);
        assert_eq!(Conversation::new(vec![reply()]).path(), [id(2)], "its parent is further up");
    }

    #[test]
    fn a_child_of_the_leaf_is_followed() {
        let mut held = held();
        let child = message(3, Some(2), Status::Waiting);
        assert_eq!(held.apply(&Event::Message(child)), Applied::Changed(id(3)));
        assert_eq!(held.path(), [1, 2, 3].map(id));
    }

    #[test]
    fn another_branch_is_held_until_it_is_shown() {
        let mut held = held();
        held.apply(&Event::Message(message(3, Some(1), Status::Waiting)));
        held.apply(&Event::Message(message(4, Some(3), Status::Waiting)));
        assert_eq!(held.path(), [1, 2].map(id));
        held.show(id(3));
        assert_eq!(held.path(), [1, 3, 4].map(id));
    }

    #[test]
    fn what_is_about_a_message_that_is_not_held_is_ignored() {
        let mut held = held();
        assert_eq!(held.apply(&Event::Delta(Delta { message: id(9), ..delta(7, "x", 13) })), Applied::Ignored);
        let end = StatusChange { message: id(9), ..change(Status::Complete, 13) };
        assert_eq!(held.apply(&Event::Status(end)), Applied::Ignored);
    }

    #[test]
    fn older_messages_do_not_overwrite() {
        let mut held = held();
        held.add_older(vec![message(0, None, Status::Complete), Message { parts: vec![], ..reply() }]);
        assert_eq!(held.message(id(2)).map(Message::text).as_deref(), Some("Hello"));
    }

    #[test]
    fn a_reset_drops_all_and_the_state_follows() {
        let mut conversation = held();
        assert_eq!(conversation.apply(&Event::Reset { reason: ResetReason::Unknown }), Applied::Reset);
        assert_eq!(conversation, Conversation::default());
        // Another store counts anew: lower seqs are taken.
        let first = Message { seq: 1, ..message(1, None, Status::Complete) };
        let second = Message { seq: 2, ..reply() };
        for message in [first, second] {
            assert!(matches!(conversation.apply(&Event::Message(message)), Applied::Changed(_)));
        }
        assert_eq!(conversation.path(), [1, 2].map(id));
    }

    #[test]
    fn events_about_the_stream_change_nothing() {
        let mut conversation = held();
        for event in [
            Event::Hello { version: "1".into(), heartbeat_s: 15, t: 0 },
            Event::Summary(summary(1, 0, 1)),
            Event::Trouble { code: TroubleCode::DiskFull },
            Event::Ping { t: 0 },
            Event::Bye {},
        ] {
            assert_eq!(conversation.apply(&event), Applied::Ignored);
        }
        assert_eq!(conversation, held());
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

/// The parts of a reply as their writer has them, and the events that tell of them.
#[derive(Clone, Debug)]
struct Told {
    parts: Vec<Part>,
}

impl Told {
    /// The delta of these bytes of a part, moved down to char boundaries.
    fn delta(&self, part: usize, from: usize, to: usize) -> Delta {
        let text = &self.parts[part].text;
        let [from, to] = [from, to].map(|at| boundary(text, at));
        Delta {
            part: part as u32,
            kind: self.parts[part].kind,
            at: from as u64,
            text: text[from.min(to)..to].into(),
            // As the server numbers it: what comes later in the reply has the higher seq.
            seq: 11 + (part * 10_000 + to) as u64,
            ..delta(0, "", 0)
        }
    }
}

/// The last char boundary that is not above `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn told() -> impl Strategy<Value = Told> {
    let text = proptest::collection::vec(prop_oneof!["[a-z\n ]{1,8}", "[中文字，。]{1,4}", "[🙂🐟é]{1,3}"], 1..12);
    proptest::collection::vec(text, 1..4).prop_map(|parts| {
        let kinds = [PartKind::Reasoning, PartKind::Text].into_iter().cycle();
        let parts = parts.into_iter().zip(kinds).map(|(text, kind)| Part { kind, text: text.concat() });
        Told { parts: parts.collect() }
    })
}

/// Where a reader comes back (in thousandths of what it holds) and how much it is then told in one piece.
fn steps() -> impl Strategy<Value = Vec<(usize, usize)>> {
    proptest::collection::vec((0_usize..=1_000, 0_usize..40), 0..60)
}

proptest! {
    /// A reader that comes back again and again at any cursor not above what it holds, and is told pieces merged and
    /// cut in any way from there, never asks again and ends with the whole text.
    #[test]
    fn any_pieces_from_any_cursor_fold_to_the_whole_text(told in told(), steps in steps()) {
        let mut held = message(2, Some(1), Status::Waiting);
        for part in 0..told.parts.len() {
            let whole = told.parts[part].text.len();
            for (back, length) in &steps {
                let known = held.parts.get(part).map_or(0, |part| part.text.len());
                let from = known * back / 1_000;
                let applied = held.apply(&Event::Delta(told.delta(part, from, from + length)));
                prop_assert!(!matches!(applied, Applied::AskAgain(_)), "{applied:?}");
            }
            let known = held.parts.get(part).map_or(0, |part| part.text.len());
            held.apply(&Event::Delta(told.delta(part, known, whole)));
        }
        prop_assert_eq!(&held.parts, &told.parts);
        let end = StatusChange { sizes: Some(held.sizes()), ..change(Status::Complete, 1_000_000) };
        prop_assert_eq!(held.apply(&Event::Status(end)), Applied::Changed(id(2)));
        // All of it told once more changes nothing.
        let whole = held.clone();
        for part in 0..told.parts.len() {
            let again = told.delta(part, 0, usize::MAX);
            prop_assert_eq!(held.apply(&Event::Delta(again)), Applied::Ignored);
        }
        prop_assert_eq!(held, whole);
    }

    /// Pieces in any order at all: what is held is always the beginning of what was said, never torn or doubled.
    #[test]
    fn any_order_never_tears_the_text(
        told in told(),
        pieces in proptest::collection::vec((0_usize..4, 0_usize..200, 0_usize..60), 0..80),
    ) {
        let mut held = message(2, Some(1), Status::Waiting);
        for (part, from, length) in pieces {
            let delta = told.delta(part % told.parts.len(), from, from + length);
            held.apply(&Event::Delta(delta));
            for (held, told) in held.parts.iter().zip(&told.parts) {
                prop_assert!(told.text.starts_with(&held.text) && told.kind == held.kind);
            }
        }
    }

    /// A reader that lost something notices by the final sizes at the latest.
    #[test]
    fn what_is_missing_is_noticed_at_the_end(told in told(), cut in 0_usize..1_000) {
        let mut held = Message { parts: told.parts.clone(), ..message(2, Some(1), Status::Streaming) };
        let last = held.parts.last_mut().unwrap();
        let kept = boundary(&last.text, last.text.len() * cut / 1_000);
        last.text.truncate(kept);
        let sizes = told.parts.iter().map(|part| part.text.len() as u64).collect();
        let end = StatusChange { sizes: Some(sizes), ..change(Status::Complete, 1_000_000) };
        prop_assert_eq!(held.apply(&Event::Status(end)), Applied::AskAgain(Gap::Sizes));
    }
}
