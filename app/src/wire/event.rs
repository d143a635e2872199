//! The events of `GET /api/events`: one change of a conversation or of the sidebar each, as JSON tagged by `type`.

use super::{ConversationId, Error, Message, MessageId, PartKind, Status, Usage, word::words};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize)]
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

impl Event {
    /// Reads an event. By its type first, and then its fields straight from the text: serde's way for tagged enums keeps
    /// a second reader of everything in the page.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        // As bytes, which is how answers are read: one reader of each type serves both.
        let json = json.as_bytes();
        let Head { kind, t, reason, code } = serde_json::from_slice(json)?;
        let missing = || serde::de::Error::custom("a field is missing");
        Ok(match kind.as_str() {
            "hello" => {
                let Hello { version, heartbeat_s, t } = serde_json::from_slice(json)?;
                Self::Hello { version, heartbeat_s, t }
            }
            "summary" => Self::Summary(serde_json::from_slice(json)?),
            "message" => Self::Message(serde_json::from_slice(json)?),
            "delta" => Self::Delta(serde_json::from_slice(json)?),
            "status" => Self::Status(serde_json::from_slice(json)?),
            "reset" => Self::Reset { reason: reason.ok_or_else(missing)? },
            "trouble" => Self::Trouble { code: code.ok_or_else(missing)? },
            "ping" => Self::Ping { t: t.ok_or_else(missing)? },
            "bye" => Self::Bye {},
            _ => return Err(serde::de::Error::custom("an unknown type of event")),
        })
    }
}

/// The type of an event, and the fields of the small ones: one reader for all of them. No larger event has a field of these
/// names with another type.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type")]
    kind: String,
    t: Option<u64>,
    reason: Option<ResetReason>,
    code: Option<TroubleCode>,
}

#[derive(Deserialize)]
struct Hello {
    version: String,
    heartbeat_s: u64,
    t: u64,
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
    /// As of a message, at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Error>,
    /// Bytes in each part, at the end: who holds other sizes asks again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizes: Option<Vec<u64>>,
    /// Milliseconds spent on each part, at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<Vec<u64>>,
    pub seq: u64,
}

/// A conversation as the sidebar shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    pub conversation: ConversationId,
    pub title: String,
    /// The version of what people set (the title, the setup): a change carries the one that it saw.
    pub version: u64,
    /// When the last message came, in milliseconds since 1970; the sidebar's order.
    pub updated_at: u64,
    /// A reply is being written.
    pub running: bool,
    /// A reply ended, not stopped by a person, and nobody has looked at it since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
    /// Its models are told something beside its messages, see [`super::Setup`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub set_up: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The sidebar's counter at this row's last change.
    pub list: u64,
}

words! {
    pub enum ResetReason {
        /// The cursor is not one of this store's, or the conversation came back after it was gone.
        Unknown = "unknown",
        /// The conversation was deleted or never was. Should it be brought back, `reset {unknown}` and its state follow.
        Gone = "gone",
    }
}

words! {
    pub enum TroubleCode {
        /// The server's disk is full; it tries again each second.
        DiskFull = "disk_full",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let id = "01900000-0000-7000-8000-000000000000";
        let (conversation, message) = (id.parse().unwrap(), id.parse().unwrap());
        let whole = Message {
            id: message,
            conversation,
            parent: Some(message),
            siblings: vec![message, message],
            role: crate::wire::Role::Assistant,
            run: 1,
            status: Status::Failed,
            parts: vec![crate::wire::Part { kind: PartKind::Reasoning, text: "\"type\":\"ping\"".into(), ms: Some(7) }],
            seams: vec![crate::wire::Seam { run: 2, part: 0, at: 4 }],
            model: Some("openai/test".into()),
            hint: Some(crate::wire::Hint::Shorter),
            together: true,
            usage: Some(Usage { input_tokens: Some(1), ..Usage::default() }),
            finish: Some("length".into()),
            error: Some(Error::new(crate::wire::Code::ProviderCut, "cut").hint("again")),
            created_at: 2,
            seq: 3,
        };
        let (text, pad) = ("type\u{0}🐟".to_owned(), " ".to_owned());
        for event in [
            Event::Hello { version: "0.1.0".into(), heartbeat_s: 15, t: 0 },
            Event::Summary(Summary {
                conversation,
                title: "溪".into(),
                version: 1,
                updated_at: 2,
                running: true,
                unread: true,
                set_up: true,
                deleted: true,
                list: 3,
            }),
            Event::Message(whole.clone()),
            Event::Delta(Delta { message, run: 1, part: 0, kind: PartKind::Text, at: 7, text, seq: 8, t: 9, pad }),
            Event::Status(StatusChange {
                message,
                run: 1,
                status: Status::Complete,
                usage: whole.usage,
                finish: whole.finish,
                error: whole.error,
                sizes: Some(vec![1, 2]),
                ms: Some(vec![3, 4]),
                seq: 9,
            }),
            Event::Reset { reason: ResetReason::Gone },
            Event::Trouble { code: TroubleCode::DiskFull },
            Event::Ping { t: 1 },
            Event::Bye {},
        ] {
            let json = serde_json::to_string(&event).unwrap();
            assert_eq!(Event::from_json(&json).unwrap(), event, "{json}");
        }
    }

    #[test]
    fn what_is_no_event_is_an_error() {
        for json in [
            "",
            "{}",
            "[]",
            r#"{"type":"else"}"#,
            r#"{"type":"hello"}"#,
            r#"{"type":"delta","run":1}"#,
            r#"{"type":7}"#,
        ] {
            assert!(Event::from_json(json).is_err(), "{json}");
        }
    }
}
