//! Runs after the first: continued by a person, asked again after what passes, and what a server that goes down does.

use crate::server::{Server, message};
use app::wire::{Code, MessageId, PartKind, Sent, Status};
use serde_json::{Value, json};
use upstream::{Step, done, finish};

async fn go_on(server: &Server, reply: MessageId) -> Sent {
    server.call("continue_reply", &json!({ "reply": reply })).await
}

#[tokio::test]
async fn a_stopped_reply_goes_on_at_the_very_byte_and_is_followed_by_whoever_was_there() {
    let server = Server::start().await;
    server.upstream.made_by("llamacpp");
    let sent = server.send("gated", "over stones and 溪 downhill").await;
    let mut reader = server.follow(sent).await;
    let exchange = server.upstream.exchange(0).await;
    exchange.release();
    exchange.release();
    while server.stored(sent, sent.reply).await.text() != "over stones " {
        reader.next().await.unwrap();
    }
    let () = server.call("stop_reply", &json!({ "reply": sent.reply })).await;
    exchange.closed().await;

    assert_eq!(go_on(&server, sent.reply).await, sent);
    let exchange = server.upstream.exchange(1).await;
    // White space at the end is cut in the request, and only there.
    let asked = exchange.body["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(asked, json!({ "role": "assistant", "content": "over stones" }));
    for _ in 0..5 {
        exchange.release();
    }
    let reply = server.read(sent).await;
    assert_eq!((reply.status, reply.run), (Status::Complete, 2));
    assert_eq!(reply.text(), "over stones and 溪 downhill");
    assert_eq!(reply.seams.iter().map(|seam| (seam.part, seam.at)).collect::<Vec<_>>(), [(0, 12)]);
    assert_eq!(server.stored(sent, sent.reply).await, reply);
    let mut held = app::wire::Conversation::default();
    let mut reader = server.events(&format!("/api/events?conversation={}", sent.conversation)).await;
    while held.message(sent.reply) != Some(&reply) {
        held.apply(&reader.next().await.unwrap().0);
    }
}

#[tokio::test]
async fn each_server_is_asked_in_its_own_way() {
    for (maker, flags) in [("llamacpp", [Value::Null, Value::Null]), ("vllm", [json!(true), json!(false)])] {
        let server = Server::start().await;
        server.upstream.made_by(maker);
        server.upstream.script("cut", vec![Step::stream(), Step::text("half ")]);
        server.upstream.script("cut", vec![Step::stream(), Step::text(" of it"), done(2)]);
        let sent = server.send("cut", "go").await;
        assert_eq!(server.read(sent).await.status, Status::Interrupted);
        go_on(&server, sent.reply).await;
        assert_eq!(server.read(sent).await.text(), "half of it", "{maker}");
        let body = &server.upstream.exchange(1).await.body;
        assert_eq!([&body["continue_final_message"], &body["add_generation_prompt"]], [&flags[0], &flags[1]]);
    }
}

#[tokio::test]
async fn where_a_text_cannot_be_gone_on_with_another_reply_begins_beside_it() {
    let server = Server::start().await;
    server.upstream.script("cut", vec![Step::stream(), Step::text("half")]);
    server.upstream.script("cut", vec![Step::stream(), Step::text("all of it"), done(1)]);
    // Nobody knows how this server would continue.
    let sent = server.send("cut", "go").await;
    server.read(sent).await;
    let beside = go_on(&server, sent.reply).await;
    assert!(beside.reply != sent.reply && beside.message == sent.message);
    assert_eq!(server.read(beside).await.text(), "all of it");
    assert_eq!(server.upstream.exchange(1).await.given(), "");

    // And a thought is not gone on with by any.
    let server = Server::start().await;
    server.upstream.made_by("llamacpp");
    server.upstream.script("cut", vec![Step::stream(), Step::Reasoning("hm".into())]);
    let sent = server.send("cut", "go").await;
    let reply = server.read(sent).await;
    assert_eq!((reply.status, reply.parts[0].kind), (Status::Interrupted, PartKind::Reasoning));
    assert_ne!(go_on(&server, sent.reply).await.reply, sent.reply);
}

#[tokio::test]
async fn a_reply_that_said_nothing_begins_again_in_its_place() {
    let server = Server::start().await;
    server.upstream.script("none", Step::answer(401, "application/json", "{}"));
    server.upstream.script("none", vec![Step::stream(), Step::text("here"), done(1)]);
    let mut asked = message("echo", "none");
    asked.request = app::wire::RequestId::new();
    let sent: Sent = server.call("send_message", &asked).await;
    assert_eq!(server.read(sent).await.status, Status::Failed);
    assert_eq!(go_on(&server, sent.reply).await, sent);
    let reply = server.read(sent).await;
    assert_eq!((reply.text().as_str(), reply.run, reply.seams.len()), ("here", 2, 0));
}

#[tokio::test]
async fn what_was_used_is_counted_over_all_runs() {
    let server = Server::start().await;
    server.upstream.made_by("llamacpp");
    let usage = upstream::json(json!({ "choices": [], "usage": { "prompt_tokens": 5, "completion_tokens": 4 } }));
    server.upstream.script("cut", vec![Step::stream(), Step::text("half"), Step::Piece(usage)]);
    server.upstream.script("cut", vec![Step::stream(), Step::text(" of it"), done(2)]);
    let sent = server.send("cut", "go").await;
    server.read(sent).await;
    go_on(&server, sent.reply).await;
    let usage = server.read(sent).await.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (Some(12), Some(6)));
}

#[tokio::test]
async fn what_passes_is_asked_again_before_the_first_piece_and_never_after() {
    let server = Server::start().await;
    let busy = |status, headers| vec![Step::Head(status, headers), Step::piece("{}")];
    let answers = || vec![Step::stream(), Step::text("here"), done(1)];
    for (model, first) in [
        ("busy", busy(503, vec![])),
        ("limited", busy(429, vec![("retry-after", "0".to_owned())])),
        ("broken", vec![Step::stream()]),
        ("reset", vec![Step::stream(), Step::Reset]),
    ] {
        server.upstream.script(model, first);
        server.upstream.script(model, answers());
        let before = server.upstream.count();
        let mut asked = message("echo", model);
        asked.request = app::wire::RequestId::new();
        let sent: Sent = server.call("send_message", &asked).await;
        let reply = server.read(sent).await;
        assert_eq!((reply.status, reply.text().as_str()), (Status::Complete, "here"), "{model}");
        assert_eq!((reply.run, server.upstream.count() - before), (1, 2), "{model}");
    }

    for (text, first, code) in [
        ("said", vec![Step::stream(), Step::text("half")], Code::ProviderCut),
        ("thought", vec![Step::stream(), Step::Reasoning("hm".into())], Code::ProviderCut),
        ("refused", Step::answer(401, "application/json", "{}"), Code::ProviderKey),
        ("patience", busy(429, vec![("retry-after", "3600".to_owned())]), Code::ProviderLimit),
    ] {
        server.upstream.script(text, first);
        let before = server.upstream.count();
        let sent: Sent = server.call("send_message", &message("echo", text)).await;
        let reply = server.read(sent).await;
        let error = reply.error.unwrap();
        assert_eq!((error.code, server.upstream.count() - before), (code, 1), "{text}");
        if code == Code::ProviderCut {
            let goes_on = error.hint.unwrap().contains("go on with it");
            assert_eq!(goes_on, text == "said", "nobody goes on with a thought");
        }
    }
}

#[tokio::test]
async fn what_does_not_pass_by_itself_is_told_after_the_third_try() {
    let server = Server::start().await;
    let sent = server.send("refuse-500", "go").await;
    let reply = server.read(sent).await;
    assert_eq!(reply.status, Status::Failed);
    let error = reply.error.unwrap();
    assert_eq!(error.message, "OpenAI-compatible has a problem");
    assert_eq!(error.detail.as_deref(), Some("the model is on fire"));
    assert_eq!(server.upstream.count(), 3);
}

#[tokio::test]
async fn a_stop_between_two_tries_is_a_stop() {
    let server = Server::start().await;
    let wait = ("retry-after", "20".to_owned());
    server.upstream.script("later", vec![Step::Head(429, vec![wait]), Step::piece("{}")]);
    let sent: Sent = server.call("send_message", &message("echo", "later")).await;
    server.upstream.exchange(0).await.closed().await;
    let mut reader = server.follow(sent).await;
    let delay = loop {
        if let app::wire::Event::Message(message) = reader.next().await.unwrap().0
            && let Some(delay) = message.error
        {
            break delay;
        }
    };
    assert_eq!((delay.code, delay.message.as_str()), (Code::ProviderLimit, "OpenAI-compatible is at its limit"));
    assert!(delay.hint.unwrap().starts_with("try 2 of 3 follows within 2"), "20 s, and up to a quarter more");
    let () = server.call("stop_reply", &json!({ "reply": sent.reply })).await;
    assert_eq!(server.read(sent).await.status, Status::Stopped);
    assert_eq!(server.upstream.count(), 1);
}

#[tokio::test]
async fn a_server_that_goes_down_takes_no_new_work() {
    let server = Server::start().await;
    let sent = server.send("count", "count 30 300").await;
    // As a program with an open connection could still ask.
    let begin = || {
        let body = serde_json::to_string(&message("echo", "too late")).unwrap();
        let request = axum::http::Request::post("/api/send_message")
            .header("host", "localhost")
            .header("content-type", "application/json")
            .body(axum::body::Body::from(body))
            .unwrap();
        tower::ServiceExt::oneshot(server.router.clone(), request)
    };
    server.close();
    assert_eq!(begin().await.unwrap().status(), 503);
    // What runs goes on to its end.
    server.idle().await;
    let exchange = server.upstream.exchange(0).await;
    exchange.until(|sent| sent.ended).await;
    assert_eq!(server.upstream.count(), 1, "{sent:?}");
}

/// The finish reason is stored with the piece that it came with, and is the end, whatever becomes of the connection.
#[tokio::test]
async fn a_reply_whose_model_was_done_is_complete_though_the_rest_broke() {
    let server = Server::start().await;
    server.upstream.script("cut", vec![Step::stream(), Step::text("all"), Step::Piece(finish("stop")), Step::Reset]);
    let sent = server.send("cut", "go").await;
    assert_eq!(server.read(sent).await.status, Status::Complete);
}
