//! What `GET /api/poll` answers.

use super::{Cursor, Event};
use serde::Serialize;

/// Events of the stream, and the place after them. The page takes the events out as JSON, each for `Event::from_json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Polled {
    pub events: Vec<Event>,
    /// From where to ask again; none leaves the place where it is.
    pub cursor: Option<Cursor>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_the_page_looks_for() {
        let cursor = Cursor { log: 0xbeef, seq: 7, list: 3 };
        let polled = Polled { events: vec![Event::Ping { t: 1 }, Event::Bye {}], cursor: Some(cursor) };
        let json = r#"{"events":[{"type":"ping","t":1},{"type":"bye"}],"cursor":"0000beef.7.3"}"#;
        assert_eq!(serde_json::to_string(&polled).unwrap(), json);
        let nothing = Polled { events: vec![], cursor: None };
        assert_eq!(serde_json::to_string(&nothing).unwrap(), r#"{"events":[],"cursor":null}"#);
    }
}
