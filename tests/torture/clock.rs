//! A clock that jumps between two lives of the server.

use rusqlite::Connection;
use std::path::Path;

/// Every time that the store keeps. Ids have a time in them as well: that theirs only grow is tested where they are made.
const TIMES: [&str; 5] = [
    "conversations set created_at = created_at - ?1, updated_at = updated_at - ?1, deleted_at = deleted_at - ?1",
    "messages set created_at = created_at - ?1",
    "messages set marks_until = marks_until - ?1",
    "messages set renewed_at = renewed_at - ?1",
    "requests set created_at = created_at - ?1",
];

/// Only differences count: a clock that goes forward makes everything older. The server is not running.
pub fn jump(data: &Path, hours: i64) {
    let database = Connection::open(data.join("brooklet.db")).expect("the database opens");
    for times in TIMES {
        let update = format!("update {times}");
        database.execute(&update, [hours * 60 * 60 * 1000]).expect("times can be changed");
    }
}
