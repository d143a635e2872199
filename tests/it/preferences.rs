//! What a person prefers: kept by version, and what it does to the list of models and to new chats.

use crate::server::{Server, message};
use app::wire::{Code, KeptPreferences, ModelList, Preferences, Preset, SendMessage, Sent, Setup};
use serde_json::json;

async fn models(server: &Server, look: bool) -> ModelList {
    server.call("list_models", &json!({ "look": look })).await
}

async fn change(server: &Server, preferences: &Preferences, seen: u64) -> KeptPreferences {
    server.call("change_preferences", &json!({ "preferences": preferences, "seen": seen })).await
}

#[tokio::test]
async fn models_are_offered_as_their_person_wants_and_new_chats_begin_with_the_default() {
    let server = Server::start().await;
    let kept: KeptPreferences = server.call("get_preferences", &json!({})).await;
    assert_eq!(kept, KeptPreferences::default());
    let preferences = Preferences {
        default_model: Some("openai/count".into()),
        hidden: vec!["openai/echo".into()],
        ..Preferences::default()
    };
    assert_eq!(change(&server, &preferences, 0).await.version, 1);
    let list = models(&server, false).await;
    assert_eq!(list.default.as_deref(), Some("openai/count"));
    let echo = list.models.iter().find(|model| model.id == "openai/echo").unwrap();
    assert!(echo.hidden && echo.facts.is_none(), "the first page does without facts");
    let sent: Sent = server.call("send_message", &SendMessage { model: None, ..message("", "2 100") }).await;
    let reply = server.read(sent).await;
    assert_eq!((reply.model.as_deref(), &*reply.text()), (Some("openai/count"), "tok1 tok2"));
    // What is hidden is not offered, and writes for whom it wrote.
    let hidden = server.send("echo", "still here").await;
    assert_eq!(server.read(hidden).await.text(), "still here");

    let list = models(&server, true).await;
    assert_eq!(list.recent, ["openai/count"], "the hidden one was used last");
    let facts =
        |name: &str| list.models.iter().find(|model| model.id == format!("openai/{name}")).unwrap().facts.unwrap();
    assert_eq!((facts("see").images, facts("blind").images, facts("echo").images), (Some(true), Some(false), None));
}

#[tokio::test]
async fn a_change_that_did_not_see_the_last_one_is_refused_and_so_is_what_cannot_be() {
    let server = Server::start().await;
    let setup = Setup { instructions: " Be brief. ".into(), ..Setup::default() };
    let preset = Preset { name: " Short ".into(), model: Some("openai/echo".into()), setup };
    let preferences = Preferences { presets: vec![preset], ..Preferences::default() };
    let kept = change(&server, &preferences, 0).await;
    let [preset] = &kept.preferences.presets[..] else { panic!("{kept:?}") };
    assert_eq!((preset.name.as_str(), preset.setup.instructions.as_str()), ("Short", "Be brief."));
    assert_eq!(server.call::<KeptPreferences>("get_preferences", &json!({})).await, kept);

    for seen in [0, 2, u64::MAX] {
        let body = json!({ "preferences": {}, "seen": seen });
        assert_eq!(server.post("change_preferences", &body).await.error().code, Code::Stale, "{seen}");
    }
    let body = json!({ "preferences": { "presets": [{ "name": "" }] }, "seen": 1 });
    assert_eq!(server.post("change_preferences", &body).await.error().code, Code::Invalid);
    assert_eq!(change(&server, &Preferences::default(), 1).await.version, 2);
}
