//! What a reader holds: the tokens in their order, and when each came.
//!
//! Brooklet's deltas tell their place, so what is missing or comes twice is counted as it comes; against what was sent,
//! the order and every byte are compared at the end.

use crate::upstream::TOKEN;
use serde::Deserialize;

/// How tokens are wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// Brooklet's events, about this reply.
    Events { reply: String },
    /// The provider's own frames, as a plain proxy passes them on.
    Chat,
    /// The token alone.
    Bare,
}

#[derive(Debug)]
pub struct Held {
    format: Format,
    /// The tokens: when each was sent.
    pub sent: Vec<u32>,
    /// When each came.
    pub came: Vec<u32>,
    /// The last place that a cursor told.
    pub cursor: String,
    /// The reply was told of.
    pub begun: bool,
    pub ended: bool,
    /// Bytes that came twice, that came after a gap, and that are no token.
    pub doubled: u64,
    pub gaps: u64,
    pub torn: u64,
}

/// An event of Brooklet's, as far as it is looked at.
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    id: Option<&'a str>,
    message: Option<&'a str>,
    at: Option<usize>,
    text: Option<&'a str>,
    sizes: Option<[usize; 1]>,
    #[serde(default)]
    parts: Vec<Part<'a>>,
}

#[derive(Deserialize)]
struct Part<'a> {
    text: &'a str,
}

#[derive(Deserialize)]
struct Chunk<'a> {
    #[serde(borrow)]
    choices: [Choice<'a>; 1],
}

#[derive(Deserialize)]
struct Choice<'a> {
    #[serde(borrow)]
    delta: Delta<'a>,
}

#[derive(Deserialize)]
struct Delta<'a> {
    content: Option<&'a str>,
}

impl Held {
    pub fn new(format: Format) -> Self {
        let (sent, came, cursor) = (Vec::new(), Vec::new(), String::new());
        Self { format, sent, came, cursor, begun: false, ended: false, doubled: 0, gaps: 0, torn: 0 }
    }

    /// Takes a line of an event stream, which came `now`.
    pub fn take(&mut self, line: &[u8], now: u32) -> serde_json::Result<()> {
        if let Some(id) = line.strip_prefix(b"id: ") {
            self.cursor.clear();
            self.cursor.push_str(&String::from_utf8_lossy(id));
        }
        let Some(data) = line.strip_prefix(b"data: ") else { return Ok(()) };
        match &self.format {
            Format::Bare => self.append(data, now),
            Format::Chat if data == b"[DONE]" => self.ended = true,
            Format::Chat => {
                let Chunk { choices: [Choice { delta }] } = serde_json::from_slice(data)?;
                self.append(delta.content.unwrap_or_default().as_bytes(), now);
            }
            Format::Events { reply } => {
                let event: Event = serde_json::from_slice(data)?;
                match event.kind {
                    "delta" if event.message == Some(reply) => {
                        self.append_at(event.at.unwrap_or_default(), event.text.unwrap_or_default(), now);
                    }
                    "message" if event.id == Some(reply) => {
                        self.begun = true;
                        let text = event.parts.first().map_or("", |part| part.text);
                        self.append(text.get(self.sent.len() * TOKEN..).unwrap_or_default().as_bytes(), now);
                    }
                    "status" if event.message == Some(reply) => {
                        if let Some([size]) = event.sizes {
                            self.ended = true;
                            self.torn += size.abs_diff(self.sent.len() * TOKEN) as u64;
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn append_at(&mut self, at: usize, text: &str, now: u32) {
        let held = self.sent.len() * TOKEN;
        self.gaps += at.saturating_sub(held) as u64;
        let known = held.saturating_sub(at).min(text.len());
        self.doubled += known as u64;
        self.append(&text.as_bytes()[known..], now);
    }

    fn append(&mut self, text: &[u8], now: u32) {
        for token in text.chunks(TOKEN) {
            let time = std::str::from_utf8(token).ok().filter(|token| token.len() == TOKEN);
            match time.and_then(|token| u32::from_str_radix(token, 16).ok()) {
                Some(time) => {
                    self.sent.push(time);
                    self.came.push(now);
                }
                None => self.torn += token.len() as u64,
            }
        }
    }

    /// Tokens of `sent` that are not held in their place.
    pub fn lost(&self, sent: &[u32]) -> u64 {
        let right = self.sent.iter().zip(sent).filter(|(held, sent)| held == sent).count();
        (sent.len() - right) as u64
    }

    /// Tokens that are held and should not be, or not in this form.
    pub fn doubled(&self, sent: &[u32]) -> u64 {
        self.sent.len().saturating_sub(sent.len()) as u64 + (self.doubled + self.torn).div_ceil(TOKEN as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delta(at: usize, text: &str) -> String {
        format!(r#"data: {{"type":"delta","message":"m","run":1,"at":{at},"text":"{text}","seq":7,"t":1}}"#)
    }

    fn held(lines: &[String]) -> Held {
        let mut held = Held::new(Format::Events { reply: "m".into() });
        lines.iter().for_each(|line| held.take(line.as_bytes(), 9).unwrap());
        held
    }

    #[test]
    fn holds_what_came_in_order() {
        let held = held(&["id: 0.1.1".into(), delta(0, "0000000100000002"), delta(16, "00000003")]);
        assert_eq!((held.sent.as_slice(), held.cursor.as_str()), (&[1, 2, 3][..], "0.1.1"));
        assert_eq!((held.lost(&[1, 2, 3]), held.doubled(&[1, 2, 3]), held.gaps), (0, 0, 0));
    }

    #[test]
    fn counts_what_is_missing_or_came_twice() {
        let twice = held(&[delta(0, "0000000100000002"), delta(8, "0000000200000003")]);
        assert_eq!((twice.lost(&[1, 2, 3]), twice.doubled(&[1, 2, 3]), twice.gaps), (0, 1, 0));
        let gap = held(&[delta(0, "00000001"), delta(16, "00000003")]);
        assert_eq!((gap.lost(&[1, 2, 3]), gap.doubled(&[1, 2, 3]), gap.gaps), (2, 0, 8));
        let torn = held(&[delta(0, "000000010000")]);
        assert_eq!((torn.lost(&[1]), torn.doubled(&[1])), (0, 1));
    }

    #[test]
    fn the_end_tells_the_size() {
        let end = r#"data: {"type":"status","message":"m","status":"complete","sizes":[16],"seq":9}"#;
        let held = held(&[delta(0, "00000001"), end.to_owned()]);
        assert!(held.ended && held.torn == 8);
    }

    #[test]
    fn reads_a_providers_frames_and_bare_tokens() {
        let mut chat = Held::new(Format::Chat);
        chat.take(br#"data: {"choices":[{"index":0,"delta":{"content":"0000000a"}}]}"#, 9).unwrap();
        chat.take(b"data: [DONE]", 9).unwrap();
        assert!(chat.sent == [10] && chat.ended);
        let mut bare = Held::new(Format::Bare);
        bare.take(b"data: 0000000b", 9).unwrap();
        assert_eq!(bare.sent, [11]);
    }
}
