//! Messages and events for the tests of what shows them.

use crate::wire::{
    ConversationId, ConversationPage, Cursor, Delta, Event, Message, MessageId, Part, PartKind, Role, Status, Summary,
};
use uuid::Uuid;

pub const CONVERSATION: ConversationId = ConversationId(Uuid::from_u128(0xc0));

pub fn id(n: u128) -> MessageId {
    MessageId(Uuid::from_u128(n))
}

/// Message `n`, a child of the one before it, with a seq below 10.
pub fn message(n: u128, role: Role, status: Status, text: &str) -> Message {
    let parts = if text.is_empty() { vec![] } else { vec![Part { kind: PartKind::Text, text: text.into(), ms: None }] };
    Message {
        id: id(n),
        conversation: CONVERSATION,
        parent: (n > 1).then(|| id(n - 1)),
        siblings: vec![],
        role,
        run: u32::from(role == Role::Assistant),
        status,
        parts,
        seams: vec![],
        model: (role == Role::Assistant).then(|| "example/model".into()),
        hint: None,
        together: false,
        usage: None,
        finish: None,
        error: None,
        created_at: 0,
        seq: n as u64,
    }
}

pub fn summary() -> Summary {
    Summary {
        conversation: CONVERSATION,
        title: "An example".into(),
        version: 1,
        updated_at: 0,
        running: false,
        unread: false,
        set_up: false,
        deleted: false,
        list: 1,
    }
}

pub fn page(messages: Vec<Message>) -> ConversationPage {
    ConversationPage {
        summary: summary(),
        messages,
        more: false,
        beside: vec![],
        cursor: Cursor { log: 1, seq: 10, list: 1 },
    }
}

/// A piece of text of the first part of reply `n`.
pub fn delta(n: u128, at: u64, text: &str, seq: u64) -> Event {
    Event::Delta(Delta {
        message: id(n),
        run: 1,
        part: 0,
        kind: PartKind::Text,
        at,
        text: text.into(),
        seq,
        t: 0,
        pad: String::new(),
    })
}
