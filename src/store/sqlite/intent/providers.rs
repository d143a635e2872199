//! Providers that people entered.

use super::{
    super::{
        counters::now_ms,
        row::{to_i64, to_json},
    },
    Refusal, not_found, refused,
};
use crate::store::{KeptProvider, Outcome};
use app::wire::Code;
use rusqlite::{Connection, params};

/// A new one without `seen`; else the version that was seen becomes this.
pub fn keep(connection: &Connection, provider: &KeptProvider, seen: Option<u64>) -> Result<Outcome, Refusal> {
    let KeptProvider { id, service, name, base_url, sealed, only, enabled, .. } = provider;
    let models = to_json(only)?;
    let Some(seen) = seen else {
        let kept = connection
            .prepare_cached(
                "insert or ignore into providers (id, service, name, base_url, sealed, models, enabled, version, created_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8)",
            )?
            .execute(params![id, service, name, base_url, sealed, models, enabled, now_ms()])?;
        return if kept > 0 { Ok(Outcome::Done) } else { Err(refused(Code::Stale, "there is one with this id")) };
    };
    let changed = connection
        .prepare_cached(
            "update providers set name = ?2, base_url = ?3, sealed = ?4, models = ?5, enabled = ?6, version = version + 1
             where id = ?1 and version = ?7",
        )?
        .execute(params![id, name, base_url, sealed, models, enabled, to_i64(seen)])?;
    if changed > 0 {
        return Ok(Outcome::Done);
    }
    let is_there = connection.prepare_cached("select 1 from providers where id = ?1")?.exists([id])?;
    Err(if is_there {
        refused(Code::Stale, "it was changed elsewhere").into_hint("look at it as it is now, and change it again")
    } else {
        not_found("there is no such provider")
    })
}

pub fn forget(connection: &Connection, id: &str) -> Result<Outcome, Refusal> {
    connection.prepare_cached("delete from providers where id = ?1")?.execute([id])?;
    Ok(Outcome::Done)
}
