//! Server-Sent Events, for the browser's own EventSource and for programs.
//!
//! Every event is of the default type, with a JSON body. Only the last event of a batch carries an `id:`, so a connection that
//! breaks in the middle of a batch takes up at its beginning, and the addressed deltas are skipped as far as they are known.

use super::query::Query;
use crate::{
    caller::Caller,
    http::{door::Door, errors},
    replies::{Batch, Follower, Told},
    state::{AppState, Streams},
};
use app::wire::{Cursor, Event, MessageId};
use axum::{
    body::{Body, Bytes},
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{
    FutureExt, Stream, StreamExt,
    stream::{self, FuturesUnordered},
};
use std::{io::Write, pin::Pin, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until};

/// A stream that has nothing to say says `ping` this often. Pages give up after 40 s of silence.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// When a browser comes back after a cut, in milliseconds: spread, so that a thousand do not come at once.
const RETRY_MS: std::ops::RangeInclusive<u64> = 1000..=3000;

/// What stands around an event's JSON, in bytes: `data: ` and the time; and the `id:`, once.
const FRAME: usize = 32;
const ID: usize = 64;

/// `GET /api/events?conversation={id}&after={cursor}&apart={ms}`: the page's stream. `Last-Event-ID` wins over `after`.
/// Whatever it is asked for, it answers 200: a browser would give up on anything else.
pub async fn events(
    State((state, _)): State<(AppState, Arc<Door>)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = Query::read(query.as_deref());
    let cursor = last_event_id(&headers).or(query.after.as_deref());
    let follower = Caller::new(state.clone()).follow(query.conversation, cursor);
    response(stream(follower, None, query.apart, state.streams))
}

/// `GET /api/replies/{id}/events`: one reply alone. It ends after the final `status`; asked again with that event's id it
/// answers 204, which tells EventSource to stay away. 404 when there is no such reply.
pub async fn reply_events(
    State((state, _)): State<(AppState, Arc<Door>)>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let caller = Caller::new(state.clone());
    let found = match id.parse() {
        Ok(id) => caller.message(id).await,
        Err(_) => Err(app::wire::Error::new(app::wire::Code::NotFound, "there is no such message")),
    };
    let (message, now) = match found {
        Ok(found) => found,
        Err(error) => return errors::response(error),
    };
    let query = Query::read(query.as_deref());
    let asked = last_event_id(&headers).or(query.after.as_deref());
    let cursor = asked
        .and_then(|text| text.parse::<Cursor>().ok())
        .filter(|cursor| cursor.log == now.log && cursor.seq <= now.seq);
    let is_over = !message.status.is_running();
    if is_over && cursor.is_some_and(|cursor| cursor.seq >= message.seq) {
        return StatusCode::NO_CONTENT.into_response();
    }
    let (id, conversation) = (message.id, message.conversation);
    let (follower, first) = match cursor {
        Some(cursor) => (caller.follow(Some(conversation), Some(&cursor.to_string())), None),
        None => (
            caller.follow(Some(conversation), Some(&now.to_string())),
            Some(Batch { events: vec![Told::new(Event::Message(message))], cursor: Some(now) }),
        ),
    };
    let only = Only { id, first, is_over: is_over && cursor.is_none() };
    response(stream(follower, Some(only), query.apart, state.streams))
}

/// What a stream about one reply begins with, and when it ends.
struct Only {
    id: MessageId,
    first: Option<Batch>,
    /// `first` tells the end already.
    is_over: bool,
}

fn last_event_id(headers: &HeaderMap) -> Option<&str> {
    headers.get("last-event-id").and_then(|id| id.to_str().ok()).filter(|id| !id.is_empty())
}

fn response(stream: impl Stream<Item = std::io::Result<Bytes>> + Send + 'static) -> Response {
    let headers = [
        (header::CONTENT_TYPE.as_str(), "text/event-stream"),
        (header::CACHE_CONTROL.as_str(), "no-cache, no-transform"),
        ("x-accel-buffering", "no"),
        (header::X_CONTENT_TYPE_OPTIONS.as_str(), "nosniff"),
    ];
    (headers, Body::from_stream(stream)).into_response()
}

/// Where a stream stands.
struct Open {
    follower: Follower,
    only: Option<Only>,
    streams: Streams,
    began: Instant,
    /// What ends the stream, or makes it say `ping`. Looked at only when it is woken: each look, at each event, would cost a
    /// thousand followers of one reply a good part of what the event does.
    rare: FuturesUnordered<Pin<Box<dyn Future<Output = Rare> + Send>>>,
    /// When something was said last.
    spoke: Instant,
    /// The next batch comes no sooner, and holds what was written until then.
    rests_until: Instant,
    apart: Duration,
    /// The end of the stream follows.
    over: bool,
}

fn stream(
    follower: Follower,
    only: Option<Only>,
    apart: Duration,
    streams: Streams,
) -> impl Stream<Item = std::io::Result<Bytes>> + Send + 'static {
    let began = Instant::now();
    let mut told = streams.closing.clone();
    let rare = FuturesUnordered::new();
    rare.push(heartbeat(began + HEARTBEAT));
    rare.push(Box::pin(async move {
        // An error would mean that the server is gone.
        let _ = told.wait_for(|closing| *closing).await;
        Rare::Closing
    }));
    let open = Open { follower, only, streams, began, rare, spoke: began, rests_until: began, apart, over: false };
    let hello = hello();
    // The first bytes leave at once, whatever the store is doing.
    let first = stream::once(async move { Ok(hello) });
    first.chain(stream::unfold(open, |mut open| async {
        let bytes = open.next().await?;
        open.spoke = Instant::now();
        Some((bytes, open))
    }))
}

/// What happens seldom.
enum Rare {
    /// The server goes down.
    Closing,
    /// It may be time for a `ping`: at or before its moment.
    Heartbeat,
}

fn heartbeat(at: Instant) -> Pin<Box<dyn Future<Output = Rare> + Send>> {
    Box::pin(sleep_until(at).map(|()| Rare::Heartbeat))
}

/// What is asked for, not asked for sooner: it is as it is then.
async fn after<T>(at: Instant, ask: impl Future<Output = T>) -> T {
    if at > Instant::now() {
        sleep_until(at).await;
    }
    ask.await
}

impl Open {
    /// The next bytes; none at the end.
    async fn next(&mut self) -> Option<std::io::Result<Bytes>> {
        if self.over {
            return None;
        }
        if let Some(first) = self.only.as_mut().and_then(|only| only.first.take()) {
            self.over = self.only.as_ref().is_some_and(|only| only.is_over);
            return Some(Ok(self.write(first)));
        }
        loop {
            let batch = tokio::select! {
                biased;
                Some(rare) = self.rare.next() => match rare {
                    Rare::Closing => {
                        self.over = true;
                        return Some(Ok(self.bye()));
                    }
                    Rare::Heartbeat => {
                        let due = self.spoke + HEARTBEAT;
                        let now = Instant::now();
                        let is_silent = due <= now;
                        self.rare.push(heartbeat(if is_silent { now + HEARTBEAT } else { due }));
                        if is_silent {
                            return Some(Ok(self.ping()));
                        }
                        continue;
                    }
                },
                // Dropped by the other branch, it has lost nothing.
                batch = after(self.rests_until, self.follower.next()) => batch,
            };
            match batch {
                Ok(batch) => {
                    if let Some(batch) = self.keep(batch) {
                        if !self.apart.is_zero() {
                            self.rests_until = Instant::now() + self.apart;
                        }
                        return Some(Ok(self.write(batch)));
                    }
                }
                Err(error) => {
                    tracing::error!("a stream ends, the store cannot be read: {error}");
                    return Some(Err(std::io::Error::other("the store cannot be read")));
                }
            }
        }
    }

    /// The part of a batch that this stream is about; none when there is nothing of it.
    fn keep(&mut self, mut batch: Batch) -> Option<Batch> {
        let Some(only) = &self.only else { return Some(batch) };
        let id = only.id;
        batch.events.retain(|event| match &**event {
            Event::Message(message) => message.id == id,
            Event::Delta(delta) => delta.message == id,
            Event::Status(change) => change.message == id,
            Event::Reset { .. } | Event::Trouble { .. } => true,
            _ => false,
        });
        self.over = batch.events.iter().any(|event| match &**event {
            Event::Status(change) => !change.status.is_running(),
            Event::Message(message) => !message.status.is_running(),
            Event::Reset { .. } => true,
            _ => false,
        });
        (!batch.events.is_empty()).then_some(batch)
    }

    fn write(&self, batch: Batch) -> Bytes {
        let size = batch.events.iter().map(|told| FRAME + told.json_len()).sum::<usize>() + ID;
        let mut bytes = Vec::with_capacity(size);
        let t = self.t();
        let last = batch.events.len().saturating_sub(1);
        for (index, told) in batch.events.iter().enumerate() {
            if let Some(cursor) = batch.cursor.filter(|_| index == last) {
                // A vector takes everything.
                let _ = writeln!(bytes, "id: {cursor}");
            }
            data(&mut bytes, told, t);
        }
        bytes.into()
    }

    fn ping(&self) -> Bytes {
        let mut bytes = Vec::new();
        own(&mut bytes, Event::Ping { t: self.t() });
        bytes.into()
    }

    /// The more followers there are, the longer they take to come back.
    fn bye(&self) -> Bytes {
        let followers = Arc::strong_count(&self.streams.open) as u64;
        let spread = (5 * followers).min(10_000);
        let mut bytes = format!("retry: {}\n", 500 + fastrand::u64(0..=spread)).into_bytes();
        own(&mut bytes, Event::Bye {});
        bytes.into()
    }

    /// Milliseconds since the stream began.
    fn t(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }
}

fn hello() -> Bytes {
    let mut bytes = format!("retry: {}\n", fastrand::u64(RETRY_MS)).into_bytes();
    let version = env!("CARGO_PKG_VERSION").to_owned();
    own(&mut bytes, Event::Hello { version, heartbeat_s: HEARTBEAT.as_secs(), t: 0 });
    bytes.into()
}

/// An event of the stream itself, which knows its time.
fn own(bytes: &mut Vec<u8>, event: Event) {
    data(bytes, &Told::new(event), 0);
}

/// JSON has no line breaks, so one `data:` line holds it.
fn data(bytes: &mut Vec<u8>, told: &Told, t: u64) {
    bytes.extend_from_slice(b"data: ");
    told.write_json(bytes, t);
    bytes.extend_from_slice(b"\n\n");
}
