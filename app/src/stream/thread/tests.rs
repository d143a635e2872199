use super::*;
use crate::{
    stream::example,
    wire::{PartKind, Role},
};

fn thread() -> Thread {
    Thread::new(
        example::page(vec![
            example::message(1, Role::User, Status::Complete, "hello"),
            example::message(2, Role::Assistant, Status::Waiting, ""),
        ]),
        None,
    )
}

#[test]
fn a_change_is_told_when_it_is_drawn() {
    Owner::new().with(|| {
        let thread = thread();
        let reply = example::id(2);
        let text = Memo::new(move |_| thread.read(reply, Message::text));
        assert_eq!(text.get().as_deref(), Some(""));
        assert_eq!(thread.apply(&example::delta(2, 0, "Hi", 11)), Applied::Changed(reply));
        assert_eq!(text.get().as_deref(), Some(""), "folded, not drawn");
        thread.draw();
        assert_eq!(text.get().as_deref(), Some("Hi"));
        assert_eq!(thread.leaf(), Some((reply, Status::Streaming)));
    });
}

#[test]
fn only_the_changed_message_is_told() {
    Owner::new().with(|| {
        let thread = thread();
        let reads = StoredValue::new(0);
        let other = Memo::new(move |_| {
            reads.update_value(|reads| *reads += 1);
            thread.read(example::id(1), Message::text)
        });
        other.get();
        thread.apply(&example::delta(2, 0, "Hi", 11));
        thread.draw();
        other.get();
        assert_eq!(reads.get_value(), 1);
    });
}

#[test]
fn a_new_message_joins_the_path() {
    Owner::new().with(|| {
        let thread = thread();
        let mut next = example::message(3, Role::User, Status::Complete, "more");
        next.parent = Some(example::id(2));
        thread.apply(&Event::Message(next));
        thread.draw();
        assert_eq!(thread.path().get(), [1, 2, 3].map(example::id));
    });
}

#[test]
fn an_answer_may_overtake_the_stream() {
    Owner::new().with(|| {
        let thread = thread();
        thread.show(example::id(3));
        assert_eq!(thread.path().get(), [1, 2].map(example::id), "nothing is hidden for what is not here yet");
        let mut sibling = example::message(3, Role::Assistant, Status::Waiting, "");
        sibling.parent = Some(example::id(1));
        thread.apply(&Event::Message(sibling));
        thread.draw();
        assert_eq!(thread.path().get(), [1, 3].map(example::id));
    });
}

#[test]
fn a_reset_says_what_became_of_the_conversation() {
    Owner::new().with(|| {
        let thread = thread();
        thread.apply(&Event::Reset { reason: ResetReason::Unknown });
        for message in [1, 2].map(|n| example::message(n, Role::User, Status::Complete, "anew")) {
            thread.apply(&Event::Message(message));
        }
        thread.draw();
        assert_eq!(thread.path().get(), [1, 2].map(example::id));
        assert!(!thread.gone().get());
        thread.apply(&Event::Reset { reason: ResetReason::Gone });
        thread.draw();
        assert!(thread.gone().get() && thread.path().get().is_empty());
    });
}

#[test]
fn what_was_read_anew_replaces_what_was_held() {
    Owner::new().with(|| {
        let thread = thread();
        assert!(!thread.more().get());
        thread.replace(example::page(vec![example::message(2, Role::Assistant, Status::Complete, "whole")]));
        thread.draw();
        assert_eq!(thread.peek(example::id(2), Message::text).as_deref(), Some("whole"));
        assert_eq!(thread.path().get(), [1, 2].map(example::id), "what is above stays: a reader may be there");
        assert_eq!(thread.replacements(example::id(2)), 1);
        assert_eq!(thread.peek(example::id(2), |message| message.parts[0].kind), Some(PartKind::Text));
    });
}

/// Replies 2 and 3 to question 1, and a question 4 below 2; the newest branch is shown.
fn branches() -> Vec<Message> {
    let mut sibling = example::message(3, Role::Assistant, Status::Complete, "another");
    sibling.parent = Some(example::id(1));
    let mut next = example::message(4, Role::User, Status::Complete, "and then?");
    next.parent = Some(example::id(2));
    vec![
        example::message(1, Role::User, Status::Complete, "hello"),
        example::message(2, Role::Assistant, Status::Complete, "Hi"),
        sibling,
        next,
    ]
}

#[test]
fn siblings_are_told_when_one_comes() {
    Owner::new().with(|| {
        let thread = thread();
        let siblings = Memo::new(move |_| thread.siblings(example::id(2)));
        assert!(siblings.get().is_empty());
        thread.apply(&Event::Message(branches()[2].clone()));
        thread.draw();
        assert_eq!(siblings.get(), [2, 3].map(example::id));
    });
}

#[test]
fn a_reply_on_another_branch_does_not_steal_the_view() {
    Owner::new().with(|| {
        let thread = thread();
        assert_eq!(thread.branch().get(), None);
        thread.apply(&Event::Message(branches()[2].clone()));
        thread.apply(&example::delta(3, 0, "x", 20));
        thread.draw();
        assert_eq!(thread.path().get(), [1, 2].map(example::id));
        assert_eq!(thread.branch().get(), Some(example::id(2)), "without saying so a reload would show the other one");
    });
}

#[test]
fn what_was_asked_from_here_is_the_newest_branch() {
    Owner::new().with(|| {
        let thread = thread();
        // The stream overtakes the answer: for a moment it looks as if somebody else had begun it.
        thread.apply(&Event::Message(branches()[2].clone()));
        thread.draw();
        thread.show(example::id(3));
        assert_eq!(thread.path().get(), [1, 3].map(example::id));
        assert_eq!(thread.branch().get(), None);
    });
}

/// Replies 2, 3 and 4 to question 1, asked for at once.
fn together(n: u128) -> Message {
    let reply = example::message(n, Role::Assistant, Status::Streaming, "");
    Message { parent: Some(example::id(1)), together: true, siblings: [2, 3, 4].map(example::id).to_vec(), ..reply }
}

#[test]
fn what_was_asked_at_once_is_held_beside_the_path_and_is_one_branch() {
    Owner::new().with(|| {
        let ids = |ids: &[u128]| ids.iter().copied().map(example::id).collect::<Vec<_>>();
        // As it is read, and as the stream tells it.
        let question = || example::message(1, Role::User, Status::Complete, "hello");
        let beside = vec![together(3), together(4)];
        let page = ConversationPage { beside, ..example::page(vec![question(), together(2)]) };
        let told = Thread::new(example::page(vec![question()]), None);
        for n in [2, 3, 4] {
            told.apply(&Event::Message(together(n)));
        }
        told.draw();
        for thread in [Thread::new(page, None), told] {
            assert_eq!(thread.path().get(), ids(&[1, 2]));
            assert_eq!(thread.together(example::id(2)), ids(&[2, 3, 4]));
            assert_eq!((thread.branch().get(), thread.more().get()), (None, false));
            thread.show(example::id(3));
            assert_eq!((thread.path().get(), thread.branch().get()), (ids(&[1, 3]), None));

            // One that somebody asked for later is another branch.
            let alone = Message { together: false, ..together(5) };
            thread.apply(&Event::Message(alone));
            thread.draw();
            assert_eq!(thread.together(example::id(3)), ids(&[2, 3, 4]));
            assert_eq!(thread.siblings(example::id(3)), ids(&[2, 3, 4, 5]));
            assert!(thread.together(example::id(5)).is_empty());
            assert_eq!(thread.branch().get(), Some(example::id(3)));
        }
    });
}

#[test]
fn an_address_that_names_nothing_is_not_kept() {
    Owner::new().with(|| {
        let through = |n| Thread::new(example::page(branches()), Some(example::id(n))).branch().get();
        assert_eq!((through(3), through(9)), (Some(example::id(3)), None));
        let more = ConversationPage { more: true, ..example::page(branches()) };
        let far_up = Thread::new(more, Some(example::id(9))).branch().get();
        assert_eq!(far_up, Some(example::id(9)), "it may be above of what was read");
    });
}

#[test]
fn what_the_stream_says_during_a_read_is_not_lost() {
    Owner::new().with(|| {
        let thread = Thread::new(example::page(branches()[..2].to_vec()), None);
        // Another branch is being read, whose reply 3 is not held yet; meanwhile the stream brings its text.
        thread.held.update_value(|held| held.reads += 2);
        let delta = |at, text, seq| thread.apply(&example::delta(3, at, text, seq));
        assert_eq!((delta(2, "b", 22), delta(3, "c", 23)), (Applied::Ignored, Applied::Ignored));
        let mut reply = example::message(3, Role::Assistant, Status::Streaming, "aab");
        reply.seq = 22;
        // A read of something else ends first.
        thread.held.update_value(|held| held.read(vec![]));
        thread.held.update_value(|held| held.read(vec![reply]));
        assert_eq!(thread.peek(example::id(3), Message::text).as_deref(), Some("aabc"));
        assert!(thread.held.with_value(|held| held.reads == 0 && held.meanwhile.is_empty()));
    });
}

#[test]
fn older_messages_stay_when_all_is_read_anew() {
    Owner::new().with(|| {
        let question = |n| example::message(n, Role::User, Status::Complete, "text");
        let thread = Thread::new(example::page((1..=6).map(question).collect()), None);
        thread.replace(example::page((4..=7).map(question).collect()));
        thread.draw();
        assert_eq!(thread.path().get(), (1..=7).map(example::id).collect::<Vec<_>>());
        assert!(!thread.more().get());
        // What does not lead up from what was read is gone.
        thread.replace(example::page((20..=21).map(question).collect()));
        thread.draw();
        assert_eq!(thread.path().get(), [20, 21].map(example::id));
    });
}

#[test]
fn reads_anew_what_is_awaited() {
    Owner::new().with(|| {
        let thread = thread();
        assert_eq!(thread.wanted(), Some(example::id(2)));
        thread.show(example::id(3));
        assert_eq!(thread.wanted(), Some(example::id(3)), "its message event may be lost with the stream");
    });
}
