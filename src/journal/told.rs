//! An event on its way to followers.
//!
//! A thousand followers of one reply are told the same, so what they share is made once: the event, the spaces that hide
//! how long its text is, and its JSON but for the time at which it leaves.

use app::wire::Event;
use std::{
    io::Write,
    ops::Deref,
    sync::{Arc, OnceLock},
};

/// Deltas are padded to a multiple of this many bytes.
const PAD: usize = 32;

/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct Told(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    event: Event,
    json: OnceLock<Json>,
}

/// An event's JSON, around the number that each follower has its own of.
#[derive(Debug)]
struct Json {
    before: String,
    /// None where nothing differs.
    after: Option<String>,
}

impl Told {
    pub fn new(mut event: Event) -> Self {
        if let Event::Delta(delta) = &mut event {
            delta.t = 0;
            delta.pad = pad(&delta.text);
        }
        Self(Arc::new(Shared { event, json: OnceLock::new() }))
    }

    /// The event as it leaves, `t` milliseconds after the answer began.
    pub fn leaving(&self, t: u64) -> Event {
        let mut event = self.0.event.clone();
        if let Event::Delta(delta) = &mut event {
            delta.t = t;
        }
        event
    }

    /// Appends the JSON of [`Told::leaving`].
    pub fn write_json(&self, bytes: &mut Vec<u8>, t: u64) {
        let Json { before, after } = self.0.json.get_or_init(|| Json::of(&self.0.event));
        bytes.extend_from_slice(before.as_bytes());
        if let Some(after) = after {
            // A vector takes everything.
            let _ = write!(bytes, "{t}");
            bytes.extend_from_slice(after.as_bytes());
        }
    }

    /// What [`Told::write_json`] appends, in bytes, but for the time.
    pub fn json_len(&self) -> usize {
        let Json { before, after } = self.0.json.get_or_init(|| Json::of(&self.0.event));
        before.len() + after.as_ref().map_or(0, String::len)
    }
}

impl Deref for Told {
    type Target = Event;

    fn deref(&self) -> &Event {
        &self.0.event
    }
}

impl PartialEq for Told {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl PartialEq<Event> for Told {
    fn eq(&self, other: &Event) -> bool {
        **self == *other
    }
}

impl Json {
    fn of(event: &Event) -> Self {
        const T: &str = r#""t":0"#;
        let mut before = serde_json::to_string(event).unwrap_or_else(|error| {
            tracing::error!("an event cannot be written: {error}");
            String::new()
        });
        let is_delta = matches!(event, Event::Delta(_));
        // Behind its time a delta has nothing but spaces, and inside a text the quotes would be escaped.
        let after = is_delta.then(|| before.rfind(T)).flatten().map(|at| before.split_off(at + T.len()));
        if after.is_some() {
            before.pop();
        }
        Self { before, after }
    }
}

/// Spaces that bring the text, as JSON escapes it, to a multiple of 32 bytes.
fn pad(text: &str) -> String {
    let escaped: usize = text
        .bytes()
        .map(|byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
            0x00..=0x1f => 6,
            _ => 1,
        })
        .sum();
    " ".repeat(escaped.next_multiple_of(PAD) - escaped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::wire::{Delta, MessageId, PartKind};
    use uuid::Uuid;

    #[test]
    fn text_and_pad_together_are_a_multiple_of_32_bytes_in_json() {
        for text in ["a", "a \"quoted\" line\n", "\u{1}\u{8}\t", "溪流", "🐟", &"x".repeat(31), &"x".repeat(32)] {
            let escaped = serde_json::to_string(text).unwrap().len() - 2;
            assert_eq!((escaped + pad(text).len()) % 32, 0, "{text:?}");
        }
    }

    #[test]
    fn its_json_is_that_of_the_event_at_any_time() {
        let delta = |text: &str| {
            let (message, text, pad) = (MessageId(Uuid::nil()), text.to_owned(), String::new());
            Event::Delta(Delta { message, run: 1, part: 0, kind: PartKind::Text, at: 7, text, seq: 8, t: 9, pad })
        };
        let texts = ["a", "", r#""t":0"#, r#"\"t\":0,"#, &"x".repeat(32), r#"","t":0}"#];
        for event in texts.map(delta).into_iter().chain([Event::Ping { t: 0 }, Event::Bye {}]) {
            let told = Told::new(event);
            for t in [0, 7, u64::MAX] {
                let mut json = Vec::new();
                told.write_json(&mut json, t);
                assert_eq!(String::from_utf8(json).unwrap(), serde_json::to_string(&told.leaving(t)).unwrap());
            }
        }
    }
}
