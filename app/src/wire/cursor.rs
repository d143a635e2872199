//! A follower's place: what the SSE field `id:` carries.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// `{log}.{seq}.{list}`: eight hex digits that name the conversation in this store, the conversation's counter, the sidebar's counter.
///
/// Only hex digits, decimal digits and dots, so that it can stand in an SSE `id:` and in a URL as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub log: u32,
    pub seq: u64,
    pub list: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a cursor is eight hex digits and two numbers, joined by dots")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}.{}.{}", self.log, self.seq, self.list)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let mut fields = text.split('.');
        let (Some(log), Some(seq), Some(list), None) = (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err(CursorError);
        };
        // `from_str_radix` and `parse` take a leading plus sign, which we never write.
        let digits = |field: &str| field.bytes().all(|byte| byte.is_ascii_hexdigit());
        if log.len() != 8 || !digits(log) || !digits(seq) || !digits(list) {
            return Err(CursorError);
        }
        Ok(Self {
            log: u32::from_str_radix(log, 16).map_err(|_| CursorError)?,
            seq: seq.parse().map_err(|_| CursorError)?,
            list: list.parse().map_err(|_| CursorError)?,
        })
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_itself() {
        let cursor = Cursor { log: 0xbeef, seq: 7, list: u64::MAX };
        assert_eq!(cursor.to_string(), "0000beef.7.18446744073709551615");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }

    #[test]
    fn refuses_what_is_no_cursor() {
        for text in [
            "",
            "7",
            "0000beef.7",
            "0000beef.7.1.2",
            "beef.7.1",
            "0000beef.+7.1",
            "0000beef.7.-1",
            "0000beef.7.",
            "0000beeg.7.1",
            "0000beef.18446744073709551616.0",
            "0000beef.7a.1",
        ] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text}");
        }
    }
}
