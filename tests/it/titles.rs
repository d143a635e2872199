//! Titles by a model: asked for once, cleaned, and never over a person's own.

use crate::server::{Server, message};
use app::wire::{ConversationList, Sent, Status, Summary};
use serde_json::json;
use upstream::{Step, done};

impl Server {
    async fn titles(&self) -> Vec<String> {
        let list: ConversationList = self.call("list_conversations", &json!({})).await;
        list.conversations.into_iter().map(|row| row.title).collect()
    }

    /// Waits for the row to be called so, as a page does.
    async fn called(&self, sent: Sent, title: &str) -> Summary {
        let mut events = self.events("/api/events").await;
        loop {
            match events.next().await.expect("the stream goes on").0 {
                app::wire::Event::Summary(row) if row.conversation == sent.conversation && row.title == title => {
                    return row;
                }
                _ => {}
            }
        }
    }

    async fn go_on(&self, sent: Sent, text: &str) -> Sent {
        let mut next = message("echo", text);
        next.conversation = Some(sent.conversation);
        let sent: Sent = self.call("send_message", &next).await;
        self.read(sent).await;
        sent
    }
}

#[tokio::test]
async fn the_first_reply_brings_a_title_and_no_other_asks_again() {
    let server = Server::start_with_titles().await;
    let sent = server.send("think", "how do brooks flow downhill?").await;
    assert_eq!(server.titles().await, ["how do brooks flow downhill?"]);
    let row = server.called(sent, "On how do brooks").await;
    assert_eq!((row.version, row.running), (1, false));
    let asked = server.upstream.exchange(1).await;
    assert_eq!(asked.model(), "think");
    assert!(asked.user().contains("<question>\nhow do brooks flow downhill?\n</question>"), "{}", asked.user());
    server.go_on(sent, "and uphill?").await;
    server.go_on(sent, "why?").await;
    assert_eq!(server.upstream.count(), 4);
}

#[tokio::test]
async fn a_failed_first_reply_waits_for_the_one_that_completes() {
    let server = Server::start_with_titles().await;
    let sent = server.send("cut", "is anybody there?").await;
    assert_eq!(server.read(sent).await.status, Status::Interrupted);
    let again = json!({ "reply": sent.reply, "model": "openai/echo" });
    let again: Sent = server.call("regenerate_reply", &again).await;
    server.called(again, "On is anybody there?").await;
    assert_eq!(server.upstream.exchange(2).await.model(), "echo");
}

#[tokio::test]
async fn a_persons_own_title_stays() {
    let server = Server::start_with_titles().await;
    let own = json!({ "title": "Mine", "seen": 1 });
    // Named before the model was asked, and while it was asked.
    for before in [true, false] {
        server.upstream.script("gated", [Step::stream(), Step::Gate, Step::text("fine"), done(1)]);
        server.upstream.script("gated", [Step::stream(), Step::Gate, Step::text("Its own"), done(1)]);
        let first = server.upstream.count();
        let sent = server.send("gated", "name this").await;
        let mut rename = own.clone();
        rename["conversation"] = json!(sent.conversation);
        let reply = server.upstream.exchange(first).await;
        if before {
            let _: Summary = server.call("rename_conversation", &rename).await;
        }
        reply.release();
        server.read(sent).await;
        if !before {
            let asked = server.upstream.exchange(first + 1).await;
            let _: Summary = server.call("rename_conversation", &rename).await;
            asked.release();
            asked.closed().await;
        }
        // Whatever the model says now would come before the end of another turn.
        let mut next = message("echo", "go on");
        next.conversation = Some(sent.conversation);
        let next: Sent = server.call("send_message", &next).await;
        server.read(next).await;
        assert_eq!(server.called(sent, "Mine").await.version, 2);
    }
}

#[tokio::test]
async fn what_a_model_cannot_name_keeps_its_first_words() {
    let server = Server::start_with_titles().await;
    let refusal = Step::answer(429, "application/json", "{}");
    let nothing = vec![Step::stream(), Step::text(" \n\"\""), done(1)];
    let broken = vec![Step::stream(), Step::text("Half a ti")];
    let answers = [refusal, nothing, broken];
    for (n, answer) in answers.into_iter().enumerate() {
        let model = ["echo", "whole", "think"][n];
        server.upstream.script(model, [Step::stream(), Step::text("hello"), done(1)]);
        server.upstream.script(model, answer);
        let sent = server.send(model, "keep these words").await;
        server.read(sent).await;
        server.upstream.exchange(2 * n + 1).await.closed().await;
    }
    assert_eq!(server.titles().await, ["keep these words"; 3]);
}

#[tokio::test]
async fn a_model_that_talks_on_is_cut_off() {
    let server = Server::start_with_titles().await;
    server.upstream.script("echo", [Step::stream(), Step::text("hello"), done(1)]);
    let talk = [Step::stream(), Step::text(&"Brooks and rivers and seas ".repeat(20)), Step::Hang];
    server.upstream.script("echo", talk);
    let sent = server.send("echo", "talk").await;
    let title = "Brooks and rivers and seas Brooks and rivers and seas…";
    server.called(sent, title).await;
    server.upstream.exchange(1).await.closed().await;
}

#[tokio::test]
async fn the_guide_is_not_asked() {
    let server = Server::start_with_titles().await;
    let mut first = message("", "/recite 3 10000");
    first.model = Some("brooklet/guide".into());
    let sent: Sent = server.call("send_message", &first).await;
    server.read(sent).await;
    let mut next = first.clone();
    (next.request, next.conversation) = (app::wire::RequestId::new(), Some(sent.conversation));
    let next: Sent = server.call("send_message", &next).await;
    server.read(next).await;
    assert_eq!((server.titles().await, server.upstream.count()), (vec!["/recite 3 10000".to_owned()], 0));
}
