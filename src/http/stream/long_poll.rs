//! Long polling: the same events for who cannot be sent a stream, such as a page behind a proxy that holds answers back until
//! they are whole.
//!
//! One question, one batch, one place to ask from again. A poll holds a follower only while it waits.

use super::query::Query;
use crate::{
    caller::Caller,
    http::{door::Door, errors},
    replies::{Batch, Follower, Told},
    state::AppState,
};
use app::wire::{Code, Cursor, Error, Event, Polled};
use axum::{
    Json,
    extract::{RawQuery, State},
    http::header,
    response::{IntoResponse, Response},
};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, timeout_at};

/// A trouble of the server is not told before it was waited for its end for so long: it moves no place, so who asks again is told
/// again, and would be a thousand times a second.
const TROUBLE: Duration = Duration::from_secs(1);

/// `GET /api/poll?conversation={id}&after={cursor}&wait={seconds}`: what lies after the cursor, as soon as there is something; at
/// most 25 s, with `wait=0` at once. Whatever it is asked for, it answers 200, as the stream does.
pub async fn poll(State((state, _)): State<(AppState, Arc<Door>)>, RawQuery(query): RawQuery) -> Response {
    let began = Instant::now();
    let query = Query::read(query.as_deref());
    // It counts among the open ones for as long as it waits.
    let streams = state.streams.clone();
    let mut follower = Caller::new(state).follow(query.conversation, query.after.as_deref());
    let mut closing = streams.closing.clone();
    let news = tokio::select! {
        biased;
        // An error would mean that the server is gone.
        _ = closing.wait_for(|closing| *closing) => Some(Batch { events: vec![Told::new(Event::Bye {})], cursor: None }),
        news = news(&mut follower, began + query.wait) => news,
    };
    let Some(batch) = news else {
        return errors::response(Error::new(Code::Internal, "the store cannot be read"));
    };
    let t = began.elapsed().as_millis() as u64;
    let events = batch.events.iter().map(|told| told.leaving(t)).collect();
    // Without news the place is where it was. One that is not ours would have been news.
    let cursor = batch.cursor.or_else(|| query.after?.parse::<Cursor>().ok());
    let headers = [
        (header::CACHE_CONTROL.as_str(), "no-store, no-transform"),
        (header::X_CONTENT_TYPE_OPTIONS.as_str(), "nosniff"),
    ];
    (headers, Json(Polled { events, cursor })).into_response()
}

/// What there is, or comes until `end`; none when the store cannot be read.
async fn news(follower: &mut Follower, mut end: Instant) -> Option<Batch> {
    let mut news = Batch { events: Vec::new(), cursor: None };
    loop {
        // What is there is read whatever the time is: only waiting ends.
        let read = match follower.now().await {
            Ok(Some(batch)) => Ok(batch),
            Ok(None) => match timeout_at(end, follower.next()).await {
                Ok(read) => read,
                Err(_) => return Some(news),
            },
            Err(error) => Err(error),
        };
        match read {
            Ok(batch) => {
                news.events.extend(batch.events);
                news.cursor = batch.cursor;
                if news.cursor.is_some() {
                    return Some(news);
                }
                end = end.min(Instant::now() + TROUBLE);
            }
            Err(error) => {
                tracing::error!("a poll fails, the store cannot be read: {error}");
                return None;
            }
        }
    }
}
