//! Replies from Enter to their end: what the upstream does, and what people see of it.

use crate::server::{Server, message};
use app::wire::{Code, Message, MessageId, PartKind, Sent, Status};
use futures::StreamExt;
use reqwest::StatusCode;
use serde_json::json;

#[tokio::test]
async fn what_the_upstream_sent_is_stored_byte_for_byte() {
    let server = Server::start().await;
    for (index, model) in ["unicode", "think", "whole"].into_iter().enumerate() {
        let sent = server.send(model, "go").await;
        let reply = server.read(sent).await;
        let truth = server.upstream.exchange(index).await.so_far();
        assert_eq!((reply.status, reply.text()), (Status::Complete, truth.text), "{model}");
        let reasoning: String =
            reply.parts.iter().filter(|part| part.kind == PartKind::Reasoning).map(|part| part.text.as_str()).collect();
        assert_eq!(reasoning, truth.reasoning, "{model}");
        assert_eq!(server.stored(sent, sent.reply).await, reply, "{model}");
    }
}

#[tokio::test]
async fn a_refusal_is_told_on_the_message_with_the_next_step() {
    let server = Server::start().await;
    for (model, code) in [
        ("refuse-500", Code::ProviderBusy),
        ("refuse-401", Code::ProviderKey),
        ("refuse-429", Code::ProviderLimit),
        ("html", Code::ProviderError),
        ("error-200", Code::ProviderBusy),
    ] {
        let reply = server.read(server.send(model, "go").await).await;
        let error = reply.error.unwrap_or_else(|| panic!("{model} has no error"));
        assert_eq!((reply.status, error.code), (Status::Failed, code), "{model}: {error}");
        assert!(error.hint.is_some() && reply.parts.is_empty(), "{model}");
    }
}

#[tokio::test]
async fn an_upstream_that_nobody_answers_for_is_told_as_such() {
    let mut server = Server::start().await;
    let silent = server.send("echo", "first").await;
    server.read(silent).await;
    server.upstream = upstream::Upstream::start().await;
    let reply = server.read(server.send("echo", "second").await).await;
    assert_eq!((reply.status, reply.error.unwrap().code), (Status::Failed, Code::ProviderUnreachable));
}

#[tokio::test]
async fn a_stream_that_breaks_off_keeps_its_text() {
    let server = Server::start().await;
    for (index, model) in ["cut", "reset"].into_iter().enumerate() {
        let sent = server.send(model, "go").await;
        let reply = server.read(sent).await;
        let truth = server.upstream.exchange(index).await.so_far().text;
        assert_eq!(
            (reply.status, reply.error.as_ref().unwrap().code),
            (Status::Interrupted, Code::ProviderCut),
            "{model}"
        );
        assert!(!reply.text().is_empty() && truth.starts_with(&reply.text()), "{model}: {:?} {truth:?}", reply.text());
        assert_eq!(server.stored(sent, sent.reply).await, reply);
    }
}

#[tokio::test]
async fn wherever_the_upstream_is_cut_what_is_stored_is_a_prefix_of_the_truth() {
    let server = Server::start().await;
    let bytes = include_bytes!("transcripts/chat/deepseek.sse").len();
    let cut_at = async |at: usize| server.send("torn", &format!("torn {at}")).await;
    let sent = futures::stream::iter(0..=bytes).map(cut_at).buffered(16).collect::<Vec<_>>().await;
    // Read only now: where nothing was said before the cut, the provider is asked again after pauses.
    let read = async |sent: Sent| {
        let mut events = server.events(&format!("/api/replies/{}/events", sent.reply)).await;
        events.fold_until_over(sent.reply).await
    };
    let replies = futures::stream::iter(sent).map(read).buffered(16).collect::<Vec<_>>().await;

    let of = |reply: &Message, kind| -> String {
        reply.parts.iter().filter(|part| part.kind == kind).map(|part| part.text.as_str()).collect()
    };
    let truth = [(PartKind::Text, "你好！"), (PartKind::Reasoning, "The  user greets。")];
    for (at, reply) in replies.iter().enumerate() {
        for (kind, truth) in truth {
            let (text, less) = (of(reply, kind), of(&replies[at.saturating_sub(1)], kind));
            assert!(truth.starts_with(&text) && text.starts_with(&less), "cut at {at}: {reply:?}");
        }
        let is_right = match reply.status {
            Status::Complete => truth.iter().all(|(kind, truth)| of(reply, *kind) == *truth),
            Status::Interrupted => !reply.parts.is_empty(),
            Status::Failed => reply.parts.is_empty(),
            _ => false,
        };
        assert!(is_right, "cut at {at}: {reply:?}");
    }
    for status in [Status::Failed, Status::Interrupted, Status::Complete] {
        assert!(replies.iter().any(|reply| reply.status == status), "none is {status:?}");
    }
}

#[tokio::test]
async fn stop_keeps_the_text_closes_the_connection_and_twice_is_once() {
    let server = Server::start().await;
    let sent = server.send("count", "count 100000 200").await;
    let exchange = server.upstream.exchange(0).await;
    exchange.until(|sent| !sent.text.is_empty()).await;
    for _ in 0..2 {
        let () = server.call("stop_reply", &json!({ "reply": sent.reply })).await;
    }
    exchange.closed().await;
    let reply = server.read(sent).await;
    assert_eq!(reply.status, Status::Stopped);
    assert!(exchange.so_far().text.starts_with(&reply.text()));
    assert_eq!(server.stored(sent, sent.reply).await, reply);
}

#[tokio::test]
async fn stop_works_while_the_provider_has_not_answered() {
    let server = Server::start().await;
    let sent = server.send("hang", "go").await;
    let exchange = server.upstream.exchange(0).await;
    let () = server.call("stop_reply", &json!({ "reply": sent.reply })).await;
    exchange.closed().await;
    assert_eq!(server.read(sent).await.status, Status::Stopped);
}

#[tokio::test]
async fn readers_own_nothing() {
    let server = Server::start().await;
    let sent = server.send("count", "count 50 500").await;
    let mut events = server.follow(sent).await;
    events.next().await.unwrap();
    drop(events);
    assert_eq!(server.read(sent).await.status, Status::Complete);
    assert_eq!(server.upstream.count(), 1, "reading starts no work");
}

#[tokio::test]
async fn regenerating_writes_a_sibling_by_the_same_model() {
    let server = Server::start().await;
    let sent = server.send("echo", "again").await;
    server.read(sent).await;
    let sibling: Sent = server.call("regenerate_reply", &json!({ "reply": sent.reply })).await;
    assert_eq!((sibling.conversation, sibling.message), (sent.conversation, sent.message));
    assert_ne!(sibling.reply, sent.reply);
    let reply = server.read(sibling).await;
    assert_eq!((reply.text().as_str(), reply.model.as_deref()), ("again", Some("openai/echo")));
    // The newest is shown; the older one is a leaf that can be asked for.
    let shown = server.page(sent).await.messages;
    assert_eq!(shown.last().unwrap().id, sibling.reply);
    let older: app::wire::ConversationPage =
        server.call("get_conversation", &json!({ "conversation": sent.conversation, "leaf": sent.reply })).await;
    assert_eq!(older.messages.last().unwrap().id, sent.reply);
}

#[tokio::test]
async fn a_hint_is_told_to_the_model_with_what_was_said_before() {
    let server = Server::start().await;
    let sent = server.send("echo", "tell me").await;
    server.read(sent).await;
    let again = json!({ "reply": sent.reply, "hint": "shorter" });
    let shorter: Sent = server.call("regenerate_reply", &again).await;
    let reply = server.read(shorter).await;
    assert_eq!(reply.hint, Some(app::wire::Hint::Shorter));
    let asked = server.upstream.exchange(1).await.body["messages"].clone();
    let said: Vec<_> = asked.as_array().unwrap().iter().map(|one| one["role"].as_str().unwrap()).collect();
    assert_eq!((said, &asked[1]["content"]), (vec!["user", "assistant", "user"], &json!("tell me")));
    assert!(asked[2]["content"].as_str().unwrap().contains("much shorter"));

    // Whoever goes on below it hears nothing of the hint.
    let mut next = message("echo", "and now?");
    next.conversation = Some(sent.conversation);
    let next: Sent = server.call("send_message", &next).await;
    server.read(next).await;
    let asked = server.upstream.exchange(2).await.body["messages"].clone();
    let last =
        [json!({ "role": "assistant", "content": reply.text() }), json!({ "role": "user", "content": "and now?" })];
    assert_eq!(asked.as_array().unwrap()[1..], last);
    let bad = server.post("regenerate_reply", &json!({ "reply": sent.reply, "hint": "rhymed" })).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    assert_eq!(server.upstream.count(), 3);
}

#[tokio::test]
async fn several_models_answer_one_message() {
    let server = Server::start().await;
    let also = vec!["openai/think".to_owned(), "openai/cut".to_owned()];
    let asked = app::wire::SendMessage { also, ..message("echo", "all of you") };
    let sent: Sent = server.call("send_message", &asked).await;
    assert_eq!(server.call::<Sent>("send_message", &asked).await, sent, "once");
    server.read(sent).await;
    let page = server.page(sent).await;
    assert_eq!(page.messages.last().unwrap().id, sent.reply);
    let mut statuses = Vec::new();
    for beside in &page.beside {
        let reply = server.read(Sent { reply: beside.id, ..sent }).await;
        statuses.push((reply.model.unwrap(), reply.status));
    }
    let expected = [("openai/think".to_owned(), Status::Complete), ("openai/cut".to_owned(), Status::Interrupted)];
    assert_eq!(statuses, expected, "each ends by itself");
    assert_eq!(server.upstream.count(), 3);

    let five = app::wire::SendMessage { also: vec!["openai/echo".into(); 4], ..message("echo", "too many") };
    assert_eq!(server.post("send_message", &five).await.error().code, Code::Invalid);
    let nobody = app::wire::SendMessage { also: vec!["openai/nobody".into()], ..message("echo", "half of it") };
    assert_eq!(server.post("send_message", &nobody).await.error().code, Code::ModelNotFound);
    assert_eq!(server.upstream.count(), 3, "nothing is asked by halves");
}

#[tokio::test]
async fn a_conversation_goes_on_with_what_was_said() {
    let server = Server::start().await;
    let first = server.send("echo", "my name is Ada").await;
    server.read(first).await;
    let mut next = message("echo", "who am I?");
    // Without a model it is the conversation's last.
    (next.conversation, next.model) = (Some(first.conversation), None);
    let second: Sent = server.call("send_message", &next).await;
    server.read(second).await;
    let asked = server.upstream.exchange(1).await.body["messages"].clone();
    assert_eq!(
        asked,
        json!([
            { "role": "user", "content": "my name is Ada" },
            { "role": "assistant", "content": "my name is Ada" },
            { "role": "user", "content": "who am I?" },
        ])
    );
    // The same press of Enter, sent again: the same answer, and nothing is asked twice.
    assert_eq!(server.call::<Sent>("send_message", &next).await, second);
    next.text.push('!');
    let reused = server.post("send_message", &next).await;
    assert_eq!((reused.status, reused.error().code), (StatusCode::CONFLICT, Code::RequestReused));
    assert_eq!(server.upstream.count(), 2);
}

#[tokio::test]
async fn one_reply_at_a_time_on_a_branch() {
    let server = Server::start().await;
    let sent = server.send("gated", "wait here").await;
    let mut next = message("echo", "too early");
    next.conversation = Some(sent.conversation);
    let refused = server.post("send_message", &next).await;
    assert_eq!((refused.status, refused.error().code), (StatusCode::CONFLICT, Code::ReplyRunning));
    let refused = server.post("regenerate_reply", &json!({ "reply": sent.reply })).await;
    assert_eq!(refused.error().code, Code::ReplyRunning);
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let server = Server::start().await;
    let sent = server.send("echo", "here").await;
    server.read(sent).await;
    let nobody = MessageId(uuid::Uuid::now_v7());
    for (function, body, code) in [
        ("stop_reply", json!({ "reply": nobody }), Code::NotFound),
        ("regenerate_reply", json!({ "reply": nobody }), Code::NotFound),
        ("regenerate_reply", json!({ "reply": sent.message }), Code::Invalid),
        ("get_conversation", json!({ "conversation": nobody }), Code::NotFound),
        ("get_conversation", json!({ "conversation": sent.conversation, "leaf": nobody }), Code::NotFound),
        ("get_conversation", json!({ "conversation": sent.conversation, "limit": 0 }), Code::Invalid),
        ("rename_conversation", json!({ "conversation": nobody, "title": "x", "seen": 1 }), Code::NotFound),
        ("rename_conversation", json!({ "conversation": sent.conversation, "title": " \n", "seen": 1 }), Code::Invalid),
        ("delete_conversation", json!({ "conversation": nobody }), Code::NotFound),
        ("send_message", json!(message("no-such-model", "hello")), Code::ModelNotFound),
    ] {
        let answer = server.post(function, &body).await;
        assert_eq!(answer.error().code, code, "{function} {body}");
        assert_eq!(answer.status.as_u16(), code.status(), "{function}");
    }
    assert_eq!(server.upstream.count(), 1);
}
