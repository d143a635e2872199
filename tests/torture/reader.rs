//! One reader of one reply, as a page or a program is one: it follows from its last id, over every death of the server.

use crate::{
    plan::Manner,
    shown::{Place, Shown},
};
use app::wire::{Applied, Conversation, Event, Message, ResetReason, Sent};
use reqwest::{Client, Response, StatusCode, header};
use std::{fmt, sync::Arc};
use tokio::{sync::watch, task::JoinHandle};

/// Where the server is.
#[derive(Clone, Debug, Default)]
pub struct Door {
    pub url: Arc<str>,
    /// Counts the server's lives; 0 before the first.
    pub life: usize,
    /// Grows when it is worth to look again: with each life, and when a reply goes on that had ended.
    pub visit: usize,
}

/// Which stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// `/api/events?conversation=…`, with the last id as `Last-Event-ID`.
    Conversation,
    /// The same, with the last id as `after`.
    After,
    /// `/api/replies/{id}/events`.
    Reply,
}

/// What is known of a reader from outside.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub shown: Shown,
    /// The reply as the fold holds it.
    pub held: Option<Message>,
    /// The life in which it was connected last.
    pub heard: usize,
    /// It waits for what the server may still say.
    pub reading: bool,
    /// How often it was told that the disk is full.
    pub troubles: usize,
    /// It began anew once, from the current state: of a conversation that is its newest path, and no branch beside it.
    pub anew: bool,
    /// Resets that nothing explains.
    pub resets: usize,
    pub connections: usize,
}

pub struct Reader {
    how: (Stream, Manner),
    seen: watch::Receiver<Seen>,
    task: JoinHandle<()>,
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (how, seen) = (self.how, self.seen());
        let (shown, held) = (seen.shown.bytes(), seen.held.as_ref().map(|held| (held.status, held.run, held.seq)));
        let Seen { heard, reading, connections, .. } = *seen;
        write!(f, "{how:?}: {shown} bytes, {held:?}, heard {heard}, reading {reading}, {connections} connections")
    }
}

impl Reader {
    pub fn start(sent: Sent, stream: Stream, manner: Manner, door: watch::Receiver<Door>, client: Client) -> Self {
        let (seen, watched) = watch::channel(Seen::default());
        let reading = Reading {
            sent,
            stream,
            manner,
            door,
            client,
            seen,
            held: Conversation::default(),
            place: Place::default(),
            earlier: Vec::new(),
            expects_reset: false,
        };
        Self { how: (stream, manner), seen: watched, task: tokio::spawn(reading.run()) }
    }

    pub fn seen(&self) -> watch::Ref<'_, Seen> {
        self.seen.borrow()
    }

    /// Waits until it was shown what this wants.
    pub async fn until(&self, ready: impl FnMut(&Seen) -> bool) {
        let gone = self.seen.clone().wait_for(ready).await.is_err();
        assert!(!gone, "a reader panicked");
    }
}

struct Reading {
    sent: Sent,
    stream: Stream,
    manner: Manner,
    door: watch::Receiver<Door>,
    client: Client,
    seen: watch::Sender<Seen>,
    held: Conversation,
    place: Place,
    /// The first places that it had, for who comes back from earlier.
    earlier: Vec<Place>,
    expects_reset: bool,
}

/// How a connection ended.
#[derive(PartialEq)]
enum End {
    /// By the server, or by its death.
    Broken,
    /// By the reader, who comes back at once.
    HungUp,
}

impl Reading {
    async fn run(mut self) {
        loop {
            let door = self.door.borrow_and_update().clone();
            if door.life > 0 && self.visit(&door).await == End::HungUp {
                continue;
            }
            self.seen.send_modify(|seen| seen.reading = false);
            if self.door.changed().await.is_err() {
                return;
            }
        }
    }

    /// One connection.
    async fn visit(&mut self, door: &Door) -> End {
        self.choose_place();
        let Ok(response) = self.request(&door.url).send().await else { return End::Broken };
        // 204: the reply is over, and all was told. 404: its conversation is deleted just now.
        if response.status() != StatusCode::OK {
            self.seen.send_modify(|seen| seen.heard = door.life);
            return End::Broken;
        }
        let mut frames = Frames { response, buffer: Vec::new() };
        let mut left = self.manner.batches();
        while let Some((event, id)) = frames.next().await {
            // Counted by ids: each visit gets further.
            left -= u32::from(id.is_some());
            self.take(&event, id, door.life);
            if left == 0 {
                return self.had_enough(door.life).await;
            }
        }
        End::Broken
    }

    /// The last place; for some now and then another.
    fn choose_place(&mut self) {
        let connections = self.seen.borrow().connections;
        match self.manner {
            Manner::Backward(_) if !self.earlier.is_empty() => {
                self.place = self.earlier[connections % self.earlier.len()].clone();
            }
            Manner::Forward(_) if connections % 3 == 2 && self.stream != Stream::Reply => {
                self.place.id = self.place.id.as_deref().map(ahead);
                self.expects_reset = self.place.id.is_some();
            }
            _ => {}
        }
        let place = &self.place;
        self.seen.send_modify(|seen| {
            seen.connections += 1;
            seen.shown.connect(place);
        });
    }

    fn request(&self, url: &str) -> reqwest::RequestBuilder {
        let Sent { conversation, reply, .. } = self.sent;
        let after = self.place.id.as_deref().unwrap_or_default();
        match self.stream {
            Stream::After if !after.is_empty() => {
                self.client.get(format!("{url}/api/events?conversation={conversation}&after={after}"))
            }
            Stream::Conversation | Stream::After => {
                let events = self.client.get(format!("{url}/api/events?conversation={conversation}"));
                events.header("last-event-id", after)
            }
            Stream::Reply => {
                self.client.get(format!("{url}/api/replies/{reply}/events")).header("last-event-id", after)
            }
        }
        .header(header::ACCEPT, "text/event-stream")
    }

    fn take(&mut self, event: &Event, id: Option<String>, life: usize) {
        let reply = self.sent.reply;
        let applied = self.held.apply(event);
        let held = self.held.message(reply).cloned();
        let mut place = None;
        self.seen.send_modify(|seen| {
            (seen.heard, seen.reading) = (life, true);
            match event {
                Event::Message(message) if message.id == reply => seen.shown.whole(message),
                Event::Delta(delta) if delta.message == reply => seen.shown.delta(delta),
                Event::Reset { reason } => {
                    let deleted = *reason == ResetReason::Gone || seen.held.is_none();
                    seen.resets += usize::from(!deleted && !std::mem::take(&mut self.expects_reset));
                    seen.anew = true;
                    seen.shown.reset();
                }
                Event::Trouble { .. } => seen.troubles += 1,
                _ => {}
            }
            // What does not fit is read anew by a page. Here it is a fault: nothing was lost on the way.
            seen.shown.faults.gaps += usize::from(matches!(applied, Applied::AskAgain(_)));
            seen.held = held;
            place = id.map(|id| seen.shown.place(id));
        });
        if applied == Applied::Reset {
            // What was held is dropped: nobody goes on from a place in it.
            self.earlier.clear();
        }
        if let Some(place) = place {
            self.place = place.clone();
            if self.earlier.len() < 8 {
                self.earlier.push(place);
            }
        }
    }

    /// After as many batches as this reader reads at once.
    async fn had_enough(&mut self, life: usize) -> End {
        if matches!(self.manner, Manner::Stalled(_)) {
            self.seen.send_modify(|seen| seen.reading = false);
            // The connection stays open, unread, until there is another server.
            let _ = self.door.wait_for(|door| door.life > life).await;
        }
        End::HungUp
    }
}

/// An id of the same conversation, of which the store has not heard.
fn ahead(id: &str) -> String {
    let mut fields: Vec<_> = id.split('.').collect();
    fields[1] = "900000000";
    fields.join(".")
}

/// The frames of an open stream, each with its id. What a broken connection leaves of a frame is dropped, as browsers do.
struct Frames {
    response: Response,
    buffer: Vec<u8>,
}

impl Frames {
    async fn next(&mut self) -> Option<(Event, Option<String>)> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|two| two == b"\n\n") {
                let frame: Vec<u8> = self.buffer.drain(..end + 2).collect();
                return Some(parse(std::str::from_utf8(&frame).expect("a frame is UTF-8")));
            }
            self.buffer.extend_from_slice(&self.response.chunk().await.ok()??);
        }
    }
}

fn parse(frame: &str) -> (Event, Option<String>) {
    let (mut event, mut id) = (None, None);
    for line in frame.lines() {
        match line.split_once(": ") {
            Some(("id", text)) => id = Some(text.to_owned()),
            Some(("data", data)) => {
                event = Some(Event::from_json(data).unwrap_or_else(|error| panic!("{error}: {data}")));
            }
            _ => {}
        }
    }
    (event.unwrap_or_else(|| panic!("a frame without an event: {frame}")), id)
}
