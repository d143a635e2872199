//! Replies that the service keeps: it writes them whether or not somebody listens, so who was cut off comes back to the very
//! event, and who does not want one must say so.

use super::{FIRST_PIECE, Remote, Reply, below, body, reply::is_id, with};
use crate::providers::{Error, Request, Sink};
use reqwest::{Method, RequestBuilder};
use std::time::Duration;
use tokio::{
    runtime::Handle,
    time::{Instant, sleep},
};

/// How often a broken connection is taken up again without anything new, and how long it is left alone before; then twice as long.
const RETRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(500);

impl Remote {
    pub(super) async fn kept_reply(&self, request: Request, sink: &mut dyn Sink) -> Result<(), Error> {
        let first = Instant::now() + FIRST_PIECE;
        let format = self.dialect.format;
        let mut reply = Reply::new(format, &self.peer, first, sink);
        let asked = match &request.resume {
            Some(resume) => {
                let unknown = || self.peer.malformed("a place that is none", resume.place.as_bytes());
                let (id, number) = read(&resume.place).ok_or_else(unknown)?;
                reply = reply.resuming(id.clone(), number, resume);
                self.rest_of(&id, number)
            }
            None => self.chat_request(&request, None),
        };
        let mut running = Running { remote: self, reply, over: false };
        let mut answer = self.ask(asked, first).await;
        let mut tries = 0;
        loop {
            let before = running.reply.kept().cloned();
            let result = match answer {
                Ok(response) => running.reply.read(body(response)).await,
                Err(error) => Err(error),
            };
            let kept = running.reply.kept().cloned();
            tries = if kept == before { tries + 1 } else { 1 };
            let broke = matches!(
                result,
                Err(Error::Cut { .. } | Error::Silent { .. } | Error::Unreachable { .. } | Error::Busy { .. })
            );
            let goes_on = broke && !running.reply.has_failed();
            let Some((id, number)) = kept.filter(|_| goes_on && tries <= RETRIES) else {
                // Where only the way to it is broken it goes on there, for who asks again.
                running.over = true;
                if result.is_err() && !goes_on {
                    running.reply.forget().await;
                }
                return result;
            };
            sleep(PAUSE * 2_u32.pow(tries - 1)).await;
            answer = self.ask(self.rest_of(&id, number), Instant::now() + FIRST_PIECE).await;
        }
    }

    /// What the service says behind an event.
    fn rest_of(&self, id: &str, number: u64) -> RequestBuilder {
        let url = with(below(&self.base, &["responses", id]), Some(("stream", "true")));
        self.request(Method::GET, with(url, Some(("starting_after", &number.to_string()))))
    }
}

/// A reply that the service writes for us. One that is dropped on its way was stopped, and is stopped there, too.
struct Running<'a> {
    remote: &'a Remote,
    reply: Reply<'a>,
    over: bool,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let Some((id, _)) = self.reply.kept().filter(|_| !self.over) else { return };
        let cancel = self.remote.request(Method::POST, below(&self.remote.base, &["responses", id, "cancel"]));
        // Without a runtime the process ends, and the next one goes on with it.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { cancel.send().await.map(drop) });
        }
    }
}

/// The id and the number of a bookmark.
fn read(place: &str) -> Option<(String, u64)> {
    let (id, number) = place.split_once(' ')?;
    Some((id.to_owned(), number.parse().ok()?)).filter(|_| is_id(id))
}
