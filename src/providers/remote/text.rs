//! Text as providers really send it, made into text that can be stored.
//!
//! A token may end inside a character. Some servers then send half a surrogate pair (`\ud83d` in one chunk, `\ude00` in
//! the next), others the bytes of half a UTF-8 sequence. Both halves are joined here; what stays without its other half
//! becomes U+FFFD, and so does NUL, which PostgreSQL cannot store.

use serde::{Deserialize, Deserializer, de};
use std::fmt;

/// A JSON string as it came: UTF-8, but possibly with half a sequence, and with half a surrogate pair as three bytes
/// (WTF-8), which is how serde_json gives strings as bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Loose(Vec<u8>);

impl Loose {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text on its own, without a chunk before or after it.
    pub fn into_text(self) -> String {
        let mut joiner = Joiner::default();
        let mut text = joiner.push(&self);
        text += joiner.finish();
        text
    }
}

impl From<&str> for Loose {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl de::Visitor<'_> for Bytes {
            type Value = Loose;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Loose, E> {
                Ok(Loose(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// Joins the chunks of one field.
#[derive(Default)]
pub struct Joiner {
    /// The first half of a character whose other half may come: three bytes at most.
    held: Vec<u8>,
}

impl Joiner {
    /// What can be said now: what was held back before, then `more`, without a half character at its end.
    pub fn push(&mut self, more: &Loose) -> String {
        let mut bytes = std::mem::take(&mut self.held);
        bytes.extend_from_slice(&more.0);
        let mut text = String::with_capacity(bytes.len());
        let mut rest = bytes.as_slice();
        while let Err(error) = std::str::from_utf8(rest) {
            let (good, bad) = rest.split_at(error.valid_up_to());
            push_valid(&mut text, good);
            let (mended, length) = match *bad {
                [0xed, 0xa0..=0xaf, 0x80..=0xbf] => (None, 3),
                [0xed, high @ 0xa0..=0xaf, a @ 0x80..=0xbf, 0xed, low @ 0xb0..=0xbf, b @ 0x80..=0xbf, ..] => {
                    (join([high, a], [low, b]), 6)
                }
                [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] => (Some(char::REPLACEMENT_CHARACTER), 3),
                _ => match error.error_len() {
                    Some(length) => (Some(char::REPLACEMENT_CHARACTER), length),
                    None => (None, bad.len()),
                },
            };
            rest = &bad[length..];
            match mended {
                Some(character) => text.push(character),
                None => self.held = bad[..length].to_vec(),
            }
        }
        push_valid(&mut text, rest);
        text
    }

    /// No half character is held back.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Nothing follows: a half character is none.
    pub fn finish(&mut self) -> &'static str {
        if std::mem::take(&mut self.held).is_empty() { "" } else { "\u{fffd}" }
    }
}

fn push_valid(text: &mut String, bytes: &[u8]) {
    // Only called with what `from_utf8` called valid, so nothing is replaced but NUL.
    text.extend(
        String::from_utf8_lossy(bytes).chars().map(|c| if c == '\0' { char::REPLACEMENT_CHARACTER } else { c }),
    );
}

/// The character of a surrogate pair, given the last two bytes of each half in WTF-8.
fn join(high: [u8; 2], low: [u8; 2]) -> Option<char> {
    let ten_bits = |[a, b]: [u8; 2]| (u32::from(a & 0x0f) << 6) | u32::from(b & 0x3f);
    char::from_u32(0x10000 + (ten_bits(high) << 10) + ten_bits(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joins JSON strings, each given without its quotes.
    fn joined(chunks: &[&[u8]]) -> String {
        let mut joiner = Joiner::default();
        let mut text = String::new();
        for chunk in chunks {
            text += &joiner.push(&serde_json::from_slice(&[b"\"", *chunk, b"\""].concat()).unwrap());
        }
        text + joiner.finish()
    }

    #[test]
    fn joins_a_surrogate_pair_over_two_chunks() {
        assert_eq!(joined(&[br"a\ud83d", br"\ude00b"]), "a😀b");
        assert_eq!(joined(&[br"\ud83d", b"", br"\ude00"]), "😀", "with an empty chunk between");
        assert_eq!(joined(&[br"\ud83d\ude00\ud83d", br"\ude00"]), "😀😀");
        assert_eq!(joined(&[br"\uDBFF", br"\uDFFF"]), "\u{10ffff}");
        assert_eq!(joined(&[br"\uD800", br"\uDC00"]), "\u{10000}");
    }

    #[test]
    fn replaces_what_has_no_other_half() {
        assert_eq!(joined(&[br"a\ud83d"]), "a\u{fffd}");
        assert_eq!(joined(&[br"a\ud83d", b"b"]), "a\u{fffd}b");
        assert_eq!(joined(&[br"\ude00b"]), "\u{fffd}b");
        assert_eq!(joined(&[br"\ud83d\ud83d", br"\ude00"]), "\u{fffd}😀");
        assert_eq!(joined(&[b"a\xffb\xf0\x9f"]), "a\u{fffd}b\u{fffd}");
    }

    #[test]
    fn joins_a_utf8_sequence_at_any_byte() {
        let text = "é注😀";
        for at in 0..=text.len() {
            let (a, b) = text.as_bytes().split_at(at);
            assert_eq!(joined(&[a, b]), text, "cut at {at}");
        }
    }

    #[test]
    fn replaces_nul() {
        assert_eq!(joined(&[br"a\u0000b"]), "a\u{fffd}b");
    }

    #[test]
    fn never_fails_on_any_three_bytes() {
        for a in [0x20, 0x80, 0xc3, 0xed, 0xf0, 0xff] {
            for b in 0x80..=0xff {
                for c in [0x20, 0x80, 0xa0, 0xbf, 0xed] {
                    let mut joiner = Joiner::default();
                    let mut text = joiner.push(&Loose(vec![a, b, c]));
                    text += &joiner.push(&Loose(vec![0xb8, 0x80]));
                    text += joiner.finish();
                    assert!(joiner.held.is_empty() && !text.is_empty());
                }
            }
        }
    }
}
