//! `GET /api/poll`: the events of the stream, one answer at a time.

use crate::server::{Server, answer};
use app::wire::{Applied, Conversation, Cursor, Event, ResetReason, Sent, Sidebar, TroubleCode};
use axum::{body::Body, http::Request};
use proptest::{prelude::*, test_runner::TestRunner};
use reqwest::{Method, StatusCode};
use tokio::time::Instant;
use tower::ServiceExt;

/// What a poll was answered.
struct Polled {
    events: Vec<Event>,
    cursor: Option<Cursor>,
}

impl Polled {
    fn read(text: &str) -> Self {
        let polled: serde_json::Value = serde_json::from_str(text).unwrap();
        let events = polled["events"].as_array().unwrap().iter();
        let cursor = serde_json::from_value(polled["cursor"].clone()).unwrap();
        Self { events: events.map(|event| Event::from_json(&event.to_string()).unwrap()).collect(), cursor }
    }
}

async fn poll(server: &Server, query: &str) -> Polled {
    let response = server.request(Method::GET, &format!("/api/poll?{query}")).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{query}");
    Polled::read(&response.text().await.unwrap())
}

/// Without a connection, for paused clocks: nothing but the server takes time.
async fn poll_within(server: &Server, query: &str) -> Polled {
    let request = Request::get(format!("/api/poll?{query}")).header("host", "localhost").body(Body::empty()).unwrap();
    let response = server.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{query}");
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    Polled::read(std::str::from_utf8(&bytes).unwrap())
}

/// A reply that is over, and the place after it.
async fn finished(server: &Server) -> (Sent, Cursor) {
    let sent = server.send("echo", "a short reply").await;
    server.read(sent).await;
    (sent, server.page(sent).await.cursor)
}

#[tokio::test]
async fn a_poll_gives_the_events_and_the_place_after_them_in_one_answer() {
    let server = Server::start().await;
    let sent = server.send("gated", "one two").await;
    server.upstream.exchange(0).await;
    let path = format!("/api/poll?conversation={}", sent.conversation);
    let response = server.request(Method::GET, &path).send().await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("cache-control"), "no-store, no-transform");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let polled = Polled::read(&response.text().await.unwrap());
    let mut held = Conversation::default();
    for event in &polled.events {
        held.apply(event);
    }
    assert!(held.message(sent.message).is_some() && held.message(sent.reply).is_some());
    assert!(polled.events.iter().any(|event| matches!(event, Event::Summary(_))), "the sidebar comes with it");
    assert_eq!(polled.cursor.unwrap().log, server.page(sent).await.cursor.log);
}

#[tokio::test]
async fn poll_by_poll_a_reply_comes_piece_by_piece_padded_and_is_what_the_upstream_sent() {
    let server = Server::start().await;
    let sent = server.send("gated", "one two three").await;
    let exchange = server.upstream.exchange(0).await;
    let mut held = Conversation::default();
    let mut seen = vec![String::new()];
    let mut after = String::new();
    while held.message(sent.reply).is_none_or(|reply| reply.status.is_running()) {
        let polled = poll(&server, &format!("conversation={}{after}", sent.conversation)).await;
        assert!(!polled.events.is_empty(), "it waits for news");
        for event in &polled.events {
            assert!(!matches!(held.apply(event), Applied::AskAgain(_)), "{event:?}");
            if let Event::Delta(delta) = event {
                let escaped = serde_json::to_string(&delta.text).unwrap().len() - 2;
                assert_eq!((escaped + delta.pad.len()) % 32, 0, "{delta:?}");
            }
        }
        after = format!("&after={}", polled.cursor.unwrap());
        let text = held.message(sent.reply).map(|reply| reply.text()).unwrap_or_default();
        // The next word leaves only when this one was seen.
        let is_new = seen.last() != Some(&text);
        if is_new || polled.events.iter().any(|event| matches!(event, Event::Message(new) if new.id == sent.reply)) {
            exchange.release();
        }
        if is_new {
            seen.push(text);
        }
    }
    assert!(seen.len() >= 4, "{seen:?}");
    assert_eq!(held.message(sent.reply), Some(&server.stored(sent, sent.reply).await));
    assert_eq!(held.message(sent.reply).unwrap().text(), exchange.so_far().text);
}

#[tokio::test]
async fn without_news_it_waits_as_long_as_it_is_asked_to_and_at_most_25_seconds() {
    let server = Server::start().await;
    let (sent, cursor) = finished(&server).await;
    tokio::time::pause();
    for (wait, seconds) in [("&wait=0", 0), ("&wait=7", 7), ("", 25), ("&wait=3600", 25), ("&wait=soon", 25)] {
        let began = Instant::now();
        let polled = poll_within(&server, &format!("conversation={}&after={cursor}{wait}", sent.conversation)).await;
        assert_eq!((began.elapsed().as_secs(), &polled.events), (seconds, &vec![]), "{wait}");
        assert_eq!(polled.cursor, Some(cursor), "the place is where it was");
    }
}

#[tokio::test]
async fn at_once_gives_all_the_same_what_is_only_in_the_database() {
    let server = Server::start().await;
    let (sent, cursor) = finished(&server).await;
    // The tail knows nothing of a conversation's beginning any more.
    let first = Cursor { seq: 0, list: 0, ..cursor };
    let polled = poll(&server, &format!("conversation={}&after={first}&wait=0", sent.conversation)).await;
    assert_eq!(polled.cursor, Some(cursor));
    let mut held = Conversation::default();
    for event in &polled.events {
        held.apply(event);
    }
    assert_eq!(held.message(sent.reply), Some(&server.stored(sent, sent.reply).await));
}

#[tokio::test]
async fn whatever_it_is_asked_for_it_answers_200() {
    let server = Server::start().await;
    let (sent, cursor) = finished(&server).await;
    let id = sent.conversation;
    let (ahead, list_ahead) = (Cursor { seq: 9999, ..cursor }, Cursor { list: 9999, ..cursor });
    for after in ["nonsense", "00000000.1.1", "", "%F0%9F%92%A5", &ahead.to_string(), &list_ahead.to_string()] {
        let polled = poll(&server, &format!("conversation={id}&after={after}")).await;
        assert_eq!(polled.events[0], Event::Reset { reason: ResetReason::Unknown }, "{after}");
        assert_eq!(polled.cursor, Some(cursor), "{after}");
    }
    for hostile in
        ["conversation=nonsense", "conversation=", "conversation=%FF&wait=-1", "wait=0&conversation=x&after=%00"]
    {
        let polled = poll(&server, hostile).await;
        let gone = Event::Reset { reason: ResetReason::Gone };
        assert!(polled.events.contains(&gone) || hostile.contains("after"), "{hostile}: {:?}", polled.events);
        assert!(matches!(polled.events[0], Event::Reset { .. }), "{hostile}: {:?}", polled.events);
    }
    let other = answer(server.request(Method::POST, "/api/poll").header("content-type", "application/json")).await;
    assert_eq!(other.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_poll_that_waits_is_told_bye_when_the_server_goes_down() {
    let mut server = Server::start().await;
    let (sent, cursor) = finished(&server).await;
    let query = format!("conversation={}&after={cursor}", sent.conversation);
    // The poll is looked at first, and waits.
    let (polled, ()) = tokio::join!(poll_within(&server, &query), async { server.close() });
    assert_eq!(polled.events, [Event::Bye {}]);
    assert_eq!(poll_within(&server, &query).await.events, [Event::Bye {}], "and nobody waits after it");
    server.closed().await;
}

#[tokio::test]
async fn a_full_disk_is_told_each_second_at_most() {
    let server = Server::start().await;
    let (sent, cursor) = finished(&server).await;
    server.tail.set_full(true);
    tokio::time::pause();
    for (wait, seconds) in [(25, 1), (0, 0)] {
        let began = Instant::now();
        let query = format!("conversation={}&after={cursor}&wait={wait}", sent.conversation);
        let polled = poll_within(&server, &query).await;
        assert_eq!(polled.events, [Event::Trouble { code: TroubleCode::DiskFull }]);
        assert_eq!((polled.cursor, began.elapsed().as_secs()), (Some(cursor), seconds));
    }
    // What there is to tell is told with it.
    tokio::time::resume();
    let first = Cursor { list: 0, ..cursor };
    let polled = poll_within(&server, &format!("conversation={}&after={first}", sent.conversation)).await;
    let told: Vec<_> = polled.events.iter().map(|event| matches!(event, Event::Trouble { .. })).collect();
    assert_eq!(told, [true, false], "{:?}", polled.events);
}

/// What a follower that held nothing holds after these events.
fn fold(events: &[Event]) -> (Conversation, Sidebar) {
    let (mut conversation, mut sidebar) = (Conversation::default(), Sidebar::new(vec![]));
    for event in events {
        conversation.apply(event);
        sidebar.apply(event);
    }
    (conversation, sidebar)
}

/// Polls from a place until nothing more comes.
async fn poll_to_the_end(server: &Server, sent: Sent, mut place: Cursor) -> (Vec<Event>, Cursor) {
    let mut events = vec![];
    loop {
        let polled = poll(server, &format!("conversation={}&after={place}&wait=0", sent.conversation)).await;
        if polled.events.is_empty() {
            assert_eq!(polled.cursor, Some(place));
            return (events, place);
        }
        events.extend(polled.events);
        place = polled.cursor.unwrap();
    }
}

async fn stream_to(server: &Server, sent: Sent, from: Cursor, to: Cursor) -> Vec<Event> {
    let mut stream = server.events(&format!("/api/events?conversation={}&after={from}", sent.conversation)).await;
    let mut events = vec![];
    while stream.last_id.as_deref() != Some(&to.to_string()) {
        events.push(stream.next().await.unwrap().0);
    }
    events
}

#[test]
fn from_any_place_poll_after_poll_folds_to_what_the_stream_folds_to() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // A reply of several batches, one that thinks, and a sidebar that changed in between.
    let (server, sent, end) = runtime.block_on(async {
        let server = Server::start().await;
        let first = server.send("echo", &format!("{} ", "溪流brook🐟".repeat(50)).repeat(150)).await;
        server.read(first).await;
        for (model, text) in [("think", "a second one"), ("echo", "a third")] {
            server.read(server.send(model, text).await).await;
        }
        let end = server.page(first).await.cursor;
        (server, first, end)
    });
    let places = (0..=end.seq + 2, 0..=end.list + 2, prop::bool::weighted(0.95));
    let config = ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() };
    let same = |(seq, list, ours): (u64, u64, bool)| {
        let from = Cursor { log: end.log ^ u32::from(!ours), seq, list };
        runtime.block_on(async {
            let (polled, place) = poll_to_the_end(&server, sent, from).await;
            prop_assert_eq!((place.log, place.seq), (end.log, end.seq));
            if place != from {
                let streamed = stream_to(&server, sent, from, place).await;
                prop_assert_eq!(fold(&polled), fold(&streamed));
            }
            Ok(())
        })
    };
    TestRunner::new(config).run(&places, same).unwrap();
}
