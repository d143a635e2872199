//! The addresses by which browser tests steer and ask.
//!
//! - `GET /control/requests`: all exchanges so far, as a list.
//! - `GET /control/sent`: one of them: what was asked, and the exact text and reasoning that were sent for it.
//! - `POST /control/release`: opens its next gate.
//! - `POST /control/key?value=sk-1`: from now on it takes this key alone; without a value it takes everybody.
//! - `POST /control/maker?name=llamacpp`: from now on it says that it is such a server.
//!
//! `sent` and `release` take `?request=<number>`, or `?user=<last user message>` and perhaps `&model=<name>`; without them, the
//! newest is meant.

use crate::{
    Exchange,
    exchange::Exchanges,
    http::{self, Request},
};
use serde_json::json;
use std::sync::Arc;

pub fn answer(request: &Request, exchanges: &Exchanges) -> Vec<u8> {
    let all = exchanges.all();
    match (request.method.as_str(), request.path.as_str(), find(&request.query, &all)) {
        ("GET", "/control/requests", _) => http::answer(200, &all.iter().map(|exchange| exchange.to_json()).collect()),
        ("POST", "/control/maker", _) => {
            let name = form_urlencoded::parse(request.query.as_bytes()).find(|(name, _)| name == "name");
            exchanges.set_maker(name.as_ref().map(|(_, value)| &**value));
            http::answer(200, &json!({ "maker": exchanges.maker() }))
        }
        ("POST", "/control/key", _) => {
            let key = form_urlencoded::parse(request.query.as_bytes()).find(|(name, _)| name == "value");
            exchanges.set_key(key.as_ref().map(|(_, value)| &**value));
            http::answer(200, &json!({}))
        }
        ("GET", "/control/sent", Some(exchange)) => http::answer(200, &exchange.to_json()),
        ("POST", "/control/release", Some(exchange)) => {
            exchange.release();
            http::answer(200, &exchange.to_json())
        }
        _ => http::answer(404, &json!({"error": {"message": "no such address or exchange"}})),
    }
}

fn find<'a>(query: &str, all: &'a [Arc<Exchange>]) -> Option<&'a Arc<Exchange>> {
    let mut wanted = form_urlencoded::parse(query.as_bytes());
    let Some((name, value)) = wanted.next() else { return all.last() };
    let model = wanted.find(|(name, _)| name == "model").map(|(_, model)| model);
    let is_by = |exchange: &Exchange| model.as_ref().is_none_or(|model| exchange.model() == model);
    match &*name {
        "request" => all.get(value.parse::<usize>().ok()?),
        "user" => all.iter().rfind(|exchange| exchange.user() == value && is_by(exchange)),
        _ => None,
    }
}
