//! The events of `GET /api/events`: one change of a conversation or of the sidebar each, as JSON tagged by `type`.

use super::{ConversationId, Error, Message, MessageId, PartKind, Status, Usage};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// Leaves with the first bytes of every stream.
    Hello {
        /// The server's version.
        version: String,
        /// A `ping` comes at least this often, in seconds, while nothing else does.
        heartbeat_s: u64,
        /// Milliseconds since the stream began.
        t: u64,
    },
    /// A row of the sidebar: new, changed or deleted.
    Summary(Summary),
    /// One message, whole: added, edited, or its state replaced.
    Message(Message),
    /// Text to append.
    Delta(Delta),
    Status(StatusChange),
    /// Forget what you hold of the conversation; its current state follows in this stream.
    Reset {
        reason: ResetReason,
    },
    /// Something is wrong with the server; nothing is lost, and it goes on by itself.
    Trouble {
        code: TroubleCode,
    },
    Ping {
        /// Milliseconds since the stream began.
        t: u64,
    },
    /// The server is going down; the browser comes back by itself.
    Bye {},
}

/// Text of one part of a reply, addressed by message, run, part and byte.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delta {
    pub message: MessageId,
    pub run: u32,
    /// Index into the message's parts.
    pub part: u32,
    pub kind: PartKind,
    /// UTF-8 bytes into that part at which `text` begins.
    pub at: u64,
    pub text: String,
    pub seq: u64,
    /// Milliseconds since the stream began, as the event left the server.
    pub t: u64,
    /// Spaces that bring the escaped text to a multiple of 32 bytes, so that the size of a TLS record does not tell a token's length.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub pad: String,
}

/// A reply's state changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusChange {
    pub message: MessageId,
    pub run: u32,
    pub status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
    /// Bytes in each part, at the end: who holds other sizes asks again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizes: Option<Vec<u64>>,
    pub seq: u64,
}

/// A conversation as the sidebar shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub conversation: ConversationId,
    pub title: String,
    /// The version of what people set (the title): a change carries the one that it saw.
    pub version: u64,
    /// When the last message came, in milliseconds since 1970; the sidebar's order.
    pub updated_at: u64,
    /// A reply is being written.
    pub running: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The sidebar's counter at this row's last change.
    pub list: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResetReason {
    /// The cursor is not one of this store's.
    Unknown,
    /// The conversation was deleted or never was.
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TroubleCode {
    /// The server's disk is full; it tries again each second.
    DiskFull,
}
