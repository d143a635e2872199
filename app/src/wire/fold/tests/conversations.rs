//! The tree of a conversation: its path, its siblings, and what comes from elsewhere in it.

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
fn below_a_message_the_newest_is_shown_whichever_way_it_hangs() {
    let mut held = held();
    // 2 ── 3 ── 6, and 2 ── 4: the older child has the newest message below it.
    for (n, parent) in [(3, 2), (4, 2), (5, 1), (6, 3)] {
        held.apply(&Event::Message(message(n, Some(parent), Status::Complete)));
    }
    held.show(id(2));
    assert_eq!(held.path(), [1, 2, 3, 6].map(id));
    held.show(id(4));
    assert_eq!(held.path(), [1, 2, 4].map(id));
}

#[test]
fn siblings_are_those_that_are_held_and_those_that_were_told_of() {
    let mut held = held();
    assert_eq!(held.siblings(id(2)), [], "it stands alone");
    assert_eq!(held.siblings(id(9)), [], "it is not held");
    // 4 tells of 3, which never came; 5 comes with nothing but itself.
    let told = Message { siblings: [2, 3, 4].map(id).to_vec(), ..message(4, Some(1), Status::Waiting) };
    held.apply(&Event::Message(told));
    held.apply(&Event::Message(message(5, Some(1), Status::Waiting)));
    for n in [2, 4, 5] {
        assert_eq!(held.siblings(id(n)), [2, 3, 4, 5].map(id));
    }
    // Another first message, told of by the held one when it is read again.
    let root = Message { siblings: [1, 6].map(id).to_vec(), seq: 20, ..message(1, None, Status::Complete) };
    assert_eq!(held.siblings(id(1)), []);
    held.apply(&Event::Message(root.clone()));
    assert_eq!(held.siblings(id(1)), [1, 6].map(id));
    // Pages from further up tell as well, of what is held too.
    let mut paged = self::held();
    paged.add_older(vec![root]);
    assert_eq!(paged.siblings(id(1)), [1, 6].map(id));
    assert_eq!(Conversation::new(vec![message(1, None, Status::Complete)]).siblings(id(1)), []);
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
