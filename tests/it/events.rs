//! `GET /api/events` and `GET /api/replies/{id}/events`.

use crate::server::{Events, Server};
use app::wire::{Applied, Code, Conversation, Event, ResetReason, Status};
use axum::{body::Body, http::Request};
use futures::StreamExt;
use reqwest::{Method, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};
use tower::ServiceExt;

#[tokio::test]
async fn a_stream_begins_at_once_with_hello_and_headers_against_buffering() {
    let server = Server::start().await;
    let mut events = server.events("/api/events").await;
    let header = |name: &str| events.response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/event-stream");
    assert_eq!(header("cache-control"), "no-cache, no-transform");
    assert_eq!(header("x-accel-buffering"), "no");
    assert!(events.response.headers().get("content-encoding").is_none());
    let (event, has_id) = events.next().await.unwrap();
    assert!(matches!(event, Event::Hello { heartbeat_s: 15, t: 0, .. }) && !has_id, "{event:?}");
    assert!((1000..=3000).contains(&events.retry.unwrap()));
}

#[tokio::test]
async fn a_reply_streams_piece_by_piece_and_is_what_the_upstream_sent() {
    let server = Server::start().await;
    let sent = server.send("gated", "one two three").await;
    let mut events = server.follow(sent).await;
    let exchange = server.upstream.exchange(0).await;
    let mut held = Conversation::default();
    let mut seen = vec![String::new()];
    while held.message(sent.reply).is_none_or(|reply| reply.status.is_running()) {
        let (event, _) = events.next().await.unwrap();
        held.apply(&event);
        let text = held.message(sent.reply).map(|reply| reply.text()).unwrap_or_default();
        // The next word leaves only when this one was seen: nothing is held back on the way.
        let is_new = seen.last() != Some(&text);
        if is_new || matches!(&event, Event::Message(message) if message.id == sent.reply) {
            exchange.release();
        }
        if is_new {
            seen.push(text);
        }
    }
    assert!(seen.len() >= 4, "{seen:?}");
    assert_eq!(held.message(sent.reply).unwrap().text(), exchange.so_far().text);
    assert_eq!(server.stored(sent, sent.reply).await.text(), exchange.so_far().text);
}

#[tokio::test]
async fn only_the_last_event_of_a_batch_has_an_id_and_each_id_takes_up_there() {
    let server = Server::start().await;
    let sent = server.send("count", "count 300 3000").await;
    let whole = server.read(sent).await;
    assert_eq!(whole.status, Status::Complete);

    // From the beginning, batch by batch; then again from every id, with an older `after` that must lose.
    let start = "00000000.0.0";
    let mut ids = Vec::new();
    let log = server.page(sent).await.cursor.log;
    let first = format!("{log:08x}.0.0");
    let mut events = server.events(&format!("/api/events?conversation={}&after={first}", sent.conversation)).await;
    let mut held = Conversation::default();
    let mut states = Vec::new();
    while held.message(sent.reply).is_none_or(|reply| reply.status.is_running()) {
        let (event, has_id) = events.next().await.unwrap();
        assert!(!matches!(held.apply(&event), Applied::AskAgain(_)), "{event:?}");
        if has_id {
            ids.push(events.last_id.clone().unwrap());
            states.push(held.clone());
        }
    }
    assert_eq!(held.message(sent.reply), Some(&whole));
    for (id, mut held) in ids.into_iter().zip(states) {
        let path = format!("/api/events?conversation={}&after={start}", sent.conversation);
        let mut events = Events::open(server.request(Method::GET, &path).header("last-event-id", &id)).await;
        while held.message(sent.reply).is_none_or(|reply| reply.status.is_running()) {
            let (event, _) = events.next().await.unwrap();
            assert!(!matches!(event, Event::Reset { .. }), "from {id}");
            assert!(!matches!(held.apply(&event), Applied::AskAgain(_)), "{event:?} from {id}");
        }
        assert_eq!(held.message(sent.reply), Some(&whole), "from {id}");
    }
}

#[tokio::test]
async fn whoever_draws_seldom_is_told_seldom_and_all() {
    let server = Server::start().await;
    let sent = server.send("count", "60 300").await;
    let path = format!("/api/events?conversation={}&apart=1000", sent.conversation);
    let mut events = server.events(&path).await;
    let (mut held, mut deltas, mut batches) = (Conversation::default(), 0, 0);
    while held.message(sent.reply).is_none_or(|reply| reply.status.is_running()) {
        let (event, has_id) = events.next().await.unwrap();
        assert!(!matches!(held.apply(&event), Applied::AskAgain(_)), "{event:?}");
        deltas += usize::from(matches!(event, Event::Delta(_)));
        batches += usize::from(has_id);
    }
    // The state, and what came until the first and the second rest were over.
    assert!(deltas <= 3 && batches <= 4, "{deltas} deltas in {batches} batches");
    assert_eq!(held.message(sent.reply), Some(&server.read(sent).await));
}

#[tokio::test]
async fn a_cursor_that_cannot_be_ours_is_answered_with_reset_and_the_current_state() {
    let server = Server::start().await;
    let (sent, other) = (server.send("echo", "here").await, server.send("echo", "there").await);
    let (whole, _) = (server.read(sent).await, server.read(other).await);
    let log = server.page(sent).await.cursor.log;
    let foreign = server.page(other).await.cursor;
    let ahead = format!("{log:08x}.9999.0");
    let list_ahead = format!("{log:08x}.1.9999");
    for cursor in ["nonsense", "00000000.1.1", &foreign.to_string(), &ahead, &list_ahead, "💥"] {
        let path = format!("/api/events?conversation={}&after={cursor}", sent.conversation);
        let mut events = server.events(&path).await;
        assert_eq!(events.response.status(), StatusCode::OK);
        let mut held = Conversation::default();
        let mut resets = 0;
        while held.message(sent.reply).is_none() {
            let (event, _) = events.next().await.unwrap();
            resets += usize::from(event == Event::Reset { reason: ResetReason::Unknown });
            held.apply(&event);
        }
        assert_eq!((resets, held.message(sent.reply)), (1, Some(&whole)), "{cursor}");
        assert_eq!(events.last_id, Some(server.page(sent).await.cursor.to_string()), "{cursor}");
    }
}

#[tokio::test]
async fn a_conversation_that_is_not_there_is_gone_with_status_200() {
    let server = Server::start().await;
    for id in ["01900000-0000-7000-8000-000000000000", "nonsense", "", "%FF", "x&conversation=y&after=%00&after=1"] {
        let mut events = server.events(&format!("/api/events?conversation={id}")).await;
        assert_eq!(events.response.status(), StatusCode::OK);
        events.next().await.unwrap();
        assert_eq!(events.next().await.unwrap().0, Event::Reset { reason: ResetReason::Gone });
    }
}

#[tokio::test]
async fn deleting_tells_who_follows_and_closes_the_connection_to_the_provider() {
    let server = Server::start().await;
    let sent = server.send("gated", "never told").await;
    let mut events = server.follow(sent).await;
    let exchange = server.upstream.exchange(0).await;
    let () = server.call("delete_conversation", &serde_json::json!({ "conversation": sent.conversation })).await;
    exchange.closed().await;
    while events.next().await.unwrap().0 != (Event::Reset { reason: ResetReason::Gone }) {}
    // The same stream goes on with the sidebar.
    let next = server.send("echo", "next").await;
    loop {
        if let Event::Summary(row) = events.next().await.unwrap().0
            && row.conversation == next.conversation
        {
            break;
        }
    }
}

/// Who was told `gone` came back with its last id, was told nothing, and held nothing for ever.
#[tokio::test]
async fn a_conversation_brought_back_while_its_readers_were_away_is_told_whole() {
    let server = Server::start().await;
    let sent = server.send("gated", "one two").await;
    let (all, alone) =
        (format!("/api/events?conversation={}", sent.conversation), format!("/api/replies/{}/events", sent.reply));
    let mut ids = Vec::new();
    let mut streams = [server.events(&all).await, server.events(&alone).await];
    for events in &mut streams {
        while !matches!(events.next().await.unwrap().0, Event::Message(reply) if reply.id == sent.reply) {}
    }
    server.upstream.exchange(0).await.release();
    for events in &mut streams {
        while !matches!(events.next().await.unwrap().0, Event::Delta(_)) {}
    }
    let which = serde_json::json!({ "conversation": sent.conversation });
    let () = server.call("delete_conversation", &which).await;
    for mut events in streams {
        while events.next().await.unwrap().0 != (Event::Reset { reason: ResetReason::Gone }) {}
        ids.push(events.last_id.unwrap());
    }
    let _: app::wire::Summary = server.call("undelete_conversation", &which).await;
    for (path, id) in [all, alone].iter().zip(ids) {
        let mut events = Events::open(server.request(Method::GET, path).header("last-event-id", &id)).await;
        let reply = events.fold_until_over(sent.reply).await;
        assert_eq!(reply.text(), "one ");
        assert_eq!(reply, server.stored(sent, sent.reply).await, "{path} from {id}");
    }
}

#[tokio::test]
async fn a_sidebar_stream_tells_new_renamed_and_deleted_conversations() {
    let server = Server::start().await;
    let mut events = server.events("/api/events").await;
    let sent = server.send("echo", "hello").await;
    server.read(sent).await;
    let conversation = sent.conversation;
    let version = server.page(sent).await.summary.version;
    let rename = serde_json::json!({ "conversation": conversation, "title": "  renamed  here ", "seen": version });
    let _: app::wire::Summary = server.call("rename_conversation", &rename).await;
    let () = server.call("delete_conversation", &serde_json::json!({ "conversation": conversation })).await;
    let mut titles = Vec::new();
    loop {
        let Event::Summary(row) = events.next().await.unwrap().0 else { continue };
        if row.deleted {
            break;
        }
        titles.push(row.title);
    }
    titles.dedup();
    assert_eq!(titles, ["hello", "renamed here"]);
}

#[tokio::test]
async fn a_reader_that_stalls_holds_nobody_up_and_then_reads_all() {
    let server = Server::start().await;
    // More than the system keeps for a socket that nobody reads.
    let text = "溪流".repeat(8 * 1024);
    let steps = [upstream::Step::stream()].into_iter().chain(std::iter::repeat_n(upstream::Step::text(&text), 120));
    server.upstream.script("stream", steps.chain([upstream::done(120)]).collect::<Vec<_>>());
    let sent = server.send("echo", "stream").await;
    let path = format!("/api/replies/{}/events", sent.reply);
    let mut stalled = Raw::open(&server.url, &path, "").await;
    let whole = server.events(&path).await.fold_until_over(sent.reply).await;
    assert_eq!((whole.status, whole.text().len()), (Status::Complete, 120 * text.len()));

    let (mut held, mut id) = (Conversation::default(), String::new());
    loop {
        for frame in stalled.rest().await {
            held.apply(&frame.0);
            id = frame.1.unwrap_or(id);
        }
        if held.message(sent.reply).is_some_and(|reply| !reply.status.is_running()) {
            break;
        }
        // It had stalled for so long that its connection was ended.
        stalled = Raw::open(&server.url, &path, &id).await;
    }
    assert_eq!(held.message(sent.reply), Some(&whole));
}

/// A connection that takes what the system cannot keep only when it is read.
struct Raw(TcpStream);

impl Raw {
    async fn open(url: &str, path: &str, id: &str) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let addr = url.trim_start_matches("http://");
        let mut stream = socket.connect(addr.parse().unwrap()).await.unwrap();
        // In HTTP/1.0 the body is what comes until the end.
        let request = format!("GET {path} HTTP/1.0\r\nhost: {addr}\r\nlast-event-id: {id}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.readable().await.unwrap();
        Self(stream)
    }

    /// The events up to the end, with their ids.
    async fn rest(&mut self) -> Vec<(Event, Option<String>)> {
        let mut bytes = Vec::new();
        // A connection that was ended by force has told what it told.
        let _ = self.0.read_to_end(&mut bytes).await;
        let text = String::from_utf8_lossy(&bytes);
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        let whole = body.rfind("\n\n").map_or("", |end| &body[..end]);
        let field = |frame: &str, name: &str| {
            frame.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned)
        };
        let frames = whole.split("\n\n").filter(|frame| !frame.is_empty());
        frames.map(|frame| (Event::from_json(&field(frame, "data").unwrap()).unwrap(), field(frame, "id"))).collect()
    }
}

#[tokio::test]
async fn a_silent_stream_pings_every_15_seconds() {
    let server = Server::start().await;
    tokio::time::pause();
    let request = Request::get("/api/events").header("host", "localhost").body(Body::empty()).unwrap();
    let mut body = server.router.clone().oneshot(request).await.unwrap().into_body().into_data_stream();
    // Counted from the first ping on: up to it the store's own thread works, and a paused clock runs ahead of it.
    let mut pings = Vec::new();
    while pings.len() < 3 {
        let bytes = body.next().await.unwrap().unwrap();
        if std::str::from_utf8(&bytes).unwrap().contains(r#""type":"ping""#) {
            pings.push(tokio::time::Instant::now());
        }
    }
    let apart: Vec<_> = pings.windows(2).map(|pair| (pair[1] - pair[0]).as_secs()).collect();
    assert_eq!(apart, [15, 15]);
}

#[tokio::test]
async fn going_down_says_bye_and_ends_all_streams() {
    let mut server = Server::start().await;
    let mut events = server.events("/api/events").await;
    events.next().await.unwrap();
    server.close();
    let (last, _) = loop {
        let event = events.next().await.unwrap();
        if !matches!(event.0, Event::Summary(_)) {
            break event;
        }
    };
    assert_eq!(last, Event::Bye {});
    assert!((500..=1500).contains(&events.retry.unwrap()));
    assert!(events.next().await.is_none());
    server.closed().await;
}

#[tokio::test]
async fn one_reply_alone_ends_after_its_status_and_asked_again_stays_away() {
    let server = Server::start().await;
    let sent = server.send("count", "count 40 400").await;
    let path = format!("/api/replies/{}/events", sent.reply);
    let mut events = server.events(&path).await;
    let mut held = Conversation::default();
    while let Some((event, _)) = events.next().await {
        let about_it = matches!(&event, Event::Hello { .. } | Event::Message(_) | Event::Delta(_) | Event::Status(_));
        assert!(about_it, "{event:?}");
        held.apply(&event);
    }
    assert_eq!(held.message(sent.reply), Some(&server.stored(sent, sent.reply).await));

    let id = events.last_id.unwrap();
    let again = server.request(Method::GET, &path).header("last-event-id", &id).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NO_CONTENT);
    // Without an id it is told whole, and ends.
    let mut whole = server.events(&path).await;
    let mut told = Conversation::default();
    while let Some((event, _)) = whole.next().await {
        told.apply(&event);
    }
    assert_eq!(told, held);
    let nothing = crate::server::answer(server.request(Method::GET, "/api/replies/nonsense/events")).await;
    assert_eq!((nothing.status, nothing.error().code), (StatusCode::NOT_FOUND, Code::NotFound));
}
