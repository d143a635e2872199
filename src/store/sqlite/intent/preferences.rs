//! What people prefer.

use super::{
    super::row::{to_i64, to_json},
    Refusal, refused,
};
use crate::store::{Outcome, Owner};
use app::wire::{Code, Preferences};
use rusqlite::{Connection, params};

pub fn keep(connection: &Connection, owner: Owner, preferences: &Preferences, seen: u64) -> Result<Outcome, Refusal> {
    let document = to_json(preferences)?;
    let change = match seen {
        0 => "insert or ignore into preferences (owner, document, version) values (?1, ?2, ?3 + 1)",
        _ => "update preferences set document = ?2, version = version + 1 where owner = ?1 and version = ?3",
    };
    let kept = connection.prepare_cached(change)?.execute(params![owner, document, to_i64(seen)])?;
    if kept > 0 {
        return Ok(Outcome::Done);
    }
    Err(refused(Code::Stale, "it was changed elsewhere").into_hint("look at it as it is now, and change it again"))
}
