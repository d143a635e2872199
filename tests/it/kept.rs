//! Replies that the service keeps: broken connections, a killed server, and a stop.

use crate::{
    formats::{ask, gated, hear, remote, text},
    openai::soon,
    process::{self, brooklet, launch, url},
    server::{Events, client, message},
};
use app::wire::{Conversation, Event, Sent, Status};
use brooklet::providers::{Chunk, Error, Request, Resume, remote::Format};
use reqwest::{Method, header};
use serde_json::json;
use std::{process::Child, sync::Arc, time::Duration};
use upstream::{Exchange, Step, Upstream, done};

fn broken() -> Vec<Step> {
    let pause = Step::Wait(Duration::from_millis(100));
    vec![Step::stream(), Step::text("one "), Step::text("two "), pause, Step::Reset, Step::text("three 三"), done(3)]
}

#[tokio::test]
async fn a_connection_that_breaks_is_taken_up_at_the_very_event() {
    let upstream = Upstream::start().await;
    upstream.script("m", broken());
    let (chunks, result) = hear(&remote(&upstream, Format::Responses), ask("m", "hi")).await;
    assert_eq!((text(&chunks).as_str(), result), ("one two three 三", Ok(())));
    assert_eq!(upstream.count(), 1, "nothing was asked for twice");
    let body = &upstream.exchange(0).await.body;
    assert_eq!((&body["background"], &body["store"]), (&true.into(), &true.into()));
    assert!(!upstream.exchange(0).await.so_far().cancelled);
}

#[tokio::test]
async fn a_reply_that_failed_there_is_told_at_once_and_has_no_place_to_come_back_to() {
    let upstream = Upstream::start().await;
    let error = json!({"code": "server_error", "message": "The model failed"});
    let response = json!({"id": "resp_0", "status": "failed", "error": error});
    let failed = upstream::json(json!({"type": "response.failed", "sequence_number": 2, "response": response}));
    upstream.script("m", vec![Step::stream(), Step::text("half"), Step::Piece(failed)]);
    let (chunks, result) = hear(&remote(&upstream, Format::Responses), ask("m", "hi")).await;
    assert_eq!(text(&chunks), "half");
    assert!(matches!(&result, Err(Error::Busy { message, .. }) if message == "The model failed"), "{result:?}");
    assert_eq!(chunks.last(), Some(&Chunk::Bookmark(String::new())));
}

#[tokio::test]
async fn a_bookmark_is_where_another_process_goes_on() {
    let upstream = Upstream::start().await;
    upstream.script("m", broken());
    let remote = remote(&upstream, Format::Responses);
    let (chunks, _) = hear(&remote, ask("m", "hi")).await;
    let Some(Chunk::Bookmark(place)) = chunks.first() else { panic!("{chunks:?}") };
    // It was cut off behind "one t", and the first bookmark stands before all text.
    let resume = Some(Resume { place: place.clone(), text: 5, reasoning: 0 });
    let (chunks, result) = hear(&remote, Request { resume, ..ask("m", "hi") }).await;
    assert_eq!((text(&chunks).as_str(), result), ("wo three 三", Ok(())));
    for place in ["", "resp_0", "resp_0 x", "../models 1", "a/b 1"] {
        let resume = Some(Resume { place: place.into(), text: 0, reasoning: 0 });
        let (chunks, result) = hear(&remote, Request { resume, ..ask("m", "hi") }).await;
        assert!(chunks.is_empty() && matches!(result, Err(Error::Malformed { .. })), "{place}: {result:?}");
    }
    assert_eq!(upstream.count(), 1);
}

#[tokio::test]
async fn what_is_stopped_here_is_stopped_there() {
    let (upstream, mut chunks, reply) = gated(Format::Responses).await;
    let exchange: Arc<Exchange> = soon(upstream.exchange(0)).await;
    assert_eq!(soon(chunks.recv()).await, Some(Chunk::Bookmark("resp_0 0".into())));
    reply.abort();
    soon(exchange.until(|sent| sent.cancelled)).await;
}

/// A server that does not outlive its test, whatever becomes of that.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        self.0.wait().unwrap();
    }
}

/// A page that asks and follows over HTTP.
async fn follow(url: &str, sent: Sent) -> Events {
    Events::open(client().request(Method::GET, format!("{url}/api/events?conversation={}", sent.conversation))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_goes_on_with_what_the_service_wrote_meanwhile() {
    goes_on_after("-KILL").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_told_to_end_leaves_the_reply_with_the_service() {
    goes_on_after("-TERM").await;
}

async fn goes_on_after(signal: &str) {
    let upstream = Upstream::start().await;
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let mut command = brooklet(folder.path(), &[]);
        // The address of the API itself, as its documentation has it.
        command.env("OPENAI_BASE_URL", format!("{}/responses", upstream.url())).env("BROOKLET_TITLES", "words");
        let (child, head) = launch(command);
        (Killed(child), head)
    };
    let (child, head) = start();
    let body = serde_json::to_string(&message("gated", "one two three")).unwrap();
    let asked = client().post(format!("{}/api/send_message", url(&head))).body(body);
    let answer = asked.header(header::CONTENT_TYPE, "application/json").send().await.unwrap();
    let sent: Sent = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    let mut events = follow(&url(&head), sent).await;
    let mut held = Conversation::default();
    let exchange = soon(upstream.exchange(0)).await;
    exchange.release();
    while held.message(sent.reply).is_none_or(|reply| reply.text() != "one ") {
        held.apply(&soon(events.next()).await.unwrap().0);
    }
    process::signal(&child.0, signal);
    soon(exchange.closed()).await;
    // The service goes on without us.
    exchange.release();
    exchange.release();
    exchange.release();

    drop(child);
    let (_child, head) = start();
    let mut events = follow(&url(&head), sent).await;
    let mut held = Conversation::default();
    let reply = loop {
        let event: Event = soon(events.next()).await.unwrap().0;
        assert!(!matches!(event, Event::Ping { .. }), "15 s without news");
        held.apply(&event);
        if let Some(reply) = held.message(sent.reply).filter(|reply| !reply.status.is_running()) {
            break reply.clone();
        }
    };
    assert_eq!((reply.text().as_str(), reply.status, reply.run), ("one two three", Status::Complete, 2));
    assert_eq!((upstream.count(), exchange.so_far().cancelled), (1, false));
}
