//! Branches, reading marks, deletion and its undoing, colours for code: the calls as a program makes them.

use crate::server::{Server, message};
use app::wire::{
    Applied, Code, CodeSpan, Conversation, ConversationList, ConversationPage, ConversationSetup, Event, Message,
    MessageId, ResetReason, Sent, SpanClass, Status, Summary,
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

impl Server {
    async fn row(&self, sent: Sent) -> Summary {
        let list: ConversationList = self.call("list_conversations", &json!({})).await;
        list.conversations.into_iter().find(|row| row.conversation == sent.conversation).expect("it is there")
    }

    async fn through(&self, sent: Sent, leaf: MessageId) -> Vec<Message> {
        let which = json!({ "conversation": sent.conversation, "leaf": leaf });
        self.call::<ConversationPage>("get_conversation", &which).await.messages
    }
}

#[tokio::test]
async fn an_edit_is_a_branch_and_each_branch_can_be_shown() {
    let server = Server::start().await;
    let first = server.send("echo", "one").await;
    server.read(first).await;
    let mut edit = message("echo", "two");
    (edit.conversation, edit.edits) = (Some(first.conversation), Some(first.message));
    let second: Sent = server.call("send_message", &edit).await;
    server.read(second).await;
    assert_eq!(server.call::<Sent>("send_message", &edit).await, second, "the same request again");
    edit.edits = None;
    assert_eq!(server.post("send_message", &edit).await.error().code, Code::RequestReused);

    let asked = server.upstream.exchange(1).await.body["messages"].clone();
    assert_eq!(asked, json!([{ "role": "user", "content": "two" }]), "the branch alone");
    let shown = server.page(first).await.messages;
    assert_eq!(shown[0].siblings, [first.message, second.message]);
    assert_eq!(shown.iter().map(|message| message.id).collect::<Vec<_>>(), [second.message, second.reply]);
    let other = server.through(first, first.message).await;
    assert_eq!(other.iter().map(|message| message.id).collect::<Vec<_>>(), [first.message, first.reply]);
    assert_eq!(other[0].siblings, shown[0].siblings);
}

#[tokio::test]
async fn a_reply_is_written_again_by_another_model_where_there_is_one() {
    let server = Server::start().await;
    let sent = server.send("echo", "again").await;
    server.read(sent).await;
    let nobody = json!({ "reply": sent.reply, "model": "openai/nobody" });
    let refused = server.post("regenerate_reply", &nobody).await;
    assert_eq!((refused.status, refused.error().code), (StatusCode::NOT_FOUND, Code::ModelNotFound));
    let think = json!({ "reply": sent.reply, "model": "openai/think" });
    let sibling: Sent = server.call("regenerate_reply", &think).await;
    let reply = server.read(sibling).await;
    assert_eq!((reply.model.as_deref(), reply.parts.len()), (Some("openai/think"), 2));
    assert_eq!(reply.siblings, [sent.reply, sibling.reply]);
    assert!(reply.parts.iter().all(|part| part.ms.is_some()), "{:?}", reply.parts);
    assert_eq!(server.stored(sent, sibling.reply).await, reply);
}

#[tokio::test]
async fn a_row_is_unread_until_it_is_looked_at() {
    let server = Server::start().await;
    let sent = server.send("echo", "news").await;
    let reply = server.read(sent).await;
    let row = server.row(sent).await;
    assert!(row.unread);
    let () = server.call("mark_read", &json!({ "conversation": sent.conversation, "seq": reply.seq - 1 })).await;
    assert!(server.row(sent).await.unread);
    let mut events = server.events("/api/events").await;
    let () = server.call("mark_read", &json!({ "conversation": sent.conversation, "seq": reply.seq })).await;
    let told = loop {
        match events.next().await.expect("the stream goes on") {
            (Event::Summary(told), true) if !told.unread => break told,
            _ => {}
        }
    };
    assert!(told.list > row.list);
    assert_eq!(server.row(sent).await, told);
    for (body, code) in [
        (json!({ "conversation": sent.reply, "seq": 1 }), Code::NotFound),
        (json!({ "conversation": sent.conversation, "seq": -1 }), Code::BadRequest),
        (json!({ "conversation": sent.conversation }), Code::BadRequest),
    ] {
        assert_eq!(server.post("mark_read", &body).await.error().code, code, "{body}");
    }
}

#[tokio::test]
async fn a_deletion_that_is_taken_back_is_told_to_whoever_looks_at_it() {
    let server = Server::start().await;
    let sent = server.send("gated", "half of it").await;
    let exchange = server.upstream.exchange(0).await;
    exchange.release();
    exchange.until(|sent| !sent.text.is_empty()).await;
    let mut events = server.follow(sent).await;
    let mut held = Conversation::default();
    while held.message(sent.reply).is_none_or(|reply| reply.parts.is_empty()) {
        held.apply(&events.next().await.expect("the stream goes on").0);
    }
    let which = json!({ "conversation": sent.conversation });
    let () = server.call("delete_conversation", &which).await;
    exchange.closed().await;
    while events.next().await.expect("the stream goes on").0 != (Event::Reset { reason: ResetReason::Gone }) {}
    assert_eq!(server.post("get_conversation", &which).await.error().code, Code::NotFound);

    let row: Summary = server.call("undelete_conversation", &which).await;
    assert_eq!((row.title.as_str(), row.running, row.deleted), ("half of it", false, false));
    let mut held = Conversation::default();
    while held.message(sent.reply).is_none() {
        assert!(!matches!(held.apply(&events.next().await.expect("the stream goes on").0), Applied::AskAgain(_)));
    }
    let reply = held.message(sent.reply).unwrap().clone();
    assert_eq!((reply.status, reply.text().as_str()), (Status::Stopped, "half "));
    assert_eq!(server.stored(sent, sent.reply).await, reply);
    assert_eq!(server.row(sent).await, row);
    assert_eq!(server.call::<Summary>("undelete_conversation", &which).await, row, "twice is once");
    let nobody = json!({ "conversation": sent.reply });
    assert_eq!(server.post("undelete_conversation", &nobody).await.error().code, Code::NotFound);
}

#[tokio::test]
async fn code_is_given_its_colours() {
    let server = Server::start().await;
    let blocks = json!({ "blocks": [
        { "language": "rust", "code": "fn 溪() {}" },
        { "language": "klingon", "code": "nuqneH" },
    ] });
    // A slow machine may need more than one call's time to read the grammars.
    let mut spans: Vec<Vec<CodeSpan>> = Vec::new();
    while spans.first().is_none_or(Vec::is_empty) {
        spans = server.call("highlight_code", &blocks).await;
    }
    assert_eq!(spans[0][0], CodeSpan { class: SpanClass::Keyword, bytes: 3 });
    assert_eq!(spans[1], []);
    let much = json!({ "blocks": vec![json!({ "language": "", "code": "" }); 65] });
    let refused = server.post("highlight_code", &much).await;
    assert_eq!((refused.status, refused.error().code), (StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge));
    assert_eq!(server.post("highlight_code", &json!({ "blocks": [7] })).await.error().code, Code::BadRequest);
}

#[tokio::test]
async fn formulas_are_typeset() {
    let server = Server::start().await;
    let formulas = json!({ "formulas": [
        { "source": "\\frac{a}{b}", "display": true },
        { "source": "\\href{javascript:alert(1)}{x}", "display": false },
        { "source": "\\frac{a", "display": false },
    ] });
    let made: Vec<Option<String>> = server.call("typeset_math", &formulas).await;
    assert!(made[0].as_ref().is_some_and(|made| made.starts_with("<math display=\"block\"><mfrac>")), "{made:?}");
    assert_eq!(made[1..], [None, None]);
    let much = json!({ "formulas": vec![json!({ "source": "x", "display": false }); 129] });
    let refused = server.post("typeset_math", &much).await;
    assert_eq!((refused.status, refused.error().code), (StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge));
}

#[tokio::test]
async fn an_error_is_plain_in_a_message_and_in_an_envelope_as_an_answer() {
    let server = Server::start().await;
    let sent = server.send("refuse-401", "go").await;
    server.read(sent).await;
    let page: Value = server.call("get_conversation", &json!({ "conversation": sent.conversation })).await;
    assert_eq!(page["messages"][1]["error"]["code"], "provider_key");
    let answer = server.post("get_conversation", &json!({ "conversation": sent.reply })).await;
    assert_eq!(answer.body["error"]["code"], "not_found");
    let door = crate::server::answer(server.request(Method::POST, "/api/get_conversation")).await;
    assert_eq!(door.body["error"]["code"], "unsupported_media_type");
}

#[tokio::test]
async fn a_conversation_is_set_up_and_its_models_are_told() {
    let server = Server::start().await;
    let parameters = json!({"temperature": 0.5, "top_p": 0.9, "max_tokens": 64, "effort": "low"});
    let setup = json!({"instructions": " Be brief. ", "parameters": parameters});
    let mut first = serde_json::to_value(message("echo", "hi")).unwrap();
    first["setup"] = setup;
    let sent: Sent = server.call("send_message", &first).await;
    server.read(sent).await;
    let asked = server.upstream.exchange(0).await.body.clone();
    assert_eq!(asked["messages"][0], json!({"role": "system", "content": "Be brief."}));
    assert_eq!((&asked["temperature"], &asked["top_p"], &asked["max_tokens"]), (&json!(0.5), &json!(0.9), &json!(64)));
    assert_eq!(asked["reasoning_effort"], "low");
    let row = server.page(sent).await.summary;
    assert!(row.set_up);

    let of = json!({"conversation": sent.conversation});
    let known: ConversationSetup = server.call("get_setup", &of).await;
    assert_eq!((&*known.setup.instructions, known.version), ("Be brief.", row.version));
    let change = |setup: Value, seen| json!({"conversation": sent.conversation, "setup": setup, "seen": seen});
    let bad = server.post("change_setup", &change(json!({"parameters": {"temperature": 3}}), 1)).await.error();
    assert_eq!((bad.code, &*bad.message), (Code::Invalid, "the temperature is 0 to 2, not `3`"));
    let stale = server.post("change_setup", &change(json!({}), 7)).await.error();
    assert_eq!(stale.code, Code::Stale);
    let cleared: Summary = server.call("change_setup", &change(json!({}), row.version)).await;
    assert!(!cleared.set_up && cleared.version > row.version);
    let again: Sent = server.call("regenerate_reply", &json!({"reply": sent.reply})).await;
    server.read(again).await;
    let asked = server.upstream.exchange(1).await.body.clone();
    assert_eq!(asked["messages"].as_array().map(Vec::len), Some(1));
    assert!(asked.get("temperature").is_none() && asked.get("reasoning_effort").is_none());
    let nowhere = server.post("get_setup", &json!({"conversation": sent.reply})).await.error();
    assert_eq!(nowhere.code, Code::NotFound);
}
