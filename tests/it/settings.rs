//! Providers on the settings page: what is kept, what is asked, and where a key goes.

use crate::server::{Server, message};
use app::wire::{Code, Message, ModelList, ProviderList, ProviderSettings, Sent, Status, Tested};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::path::Path;
use tokio::{io::AsyncWriteExt, net::TcpListener};
use upstream::{Step, Upstream};

const KEY: &str = "sk-0123456789-entered";

/// A provider at this upstream, with the key.
fn provider(upstream: &Upstream) -> Value {
    json!({"service": "openai-compatible", "name": "Mine", "base_url": upstream.url(), "key": KEY})
}

async fn add(server: &Server, provider: Value) -> ProviderSettings {
    server.call("add_provider", &json!({ "provider": provider })).await
}

async fn change(server: &Server, change: Value) -> ProviderSettings {
    server.call("change_provider", &json!({ "change": change })).await
}

async fn listed(server: &Server) -> Vec<ProviderSettings> {
    server.call::<ProviderList>("list_providers", &json!({})).await.providers
}

async fn reply(server: &Server, model: &str) -> Message {
    let sent: Sent =
        server.call("send_message", &app::wire::SendMessage { model: Some(model.into()), ..message("", "hi") }).await;
    server.read(sent).await
}

/// The text of an error, with what to do next.
async fn refused(server: &Server, function: &str, body: Value) -> (Code, String) {
    let error = server.post(function, &body).await.error();
    (error.code, format!("{}; {}", error.message, error.hint.unwrap_or_default()))
}

/// Whether a file below this folder holds the text.
fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[tokio::test]
async fn a_provider_is_connected_asked_changed_and_forgotten() {
    let (server, other) = (Server::start().await, Upstream::start().await);
    other.takes_only(KEY);
    let added = add(&server, provider(&other)).await;
    assert_eq!((&*added.id, &*added.name, added.has_key, added.version), ("mine", "Mine", true, 1));
    assert!(added.models > 3 && added.problem.is_none(), "{added:?}");
    let list: ModelList = server.call("list_models", &json!({})).await;
    let model = list.models.iter().find(|model| model.id == "mine/echo").unwrap();
    let place = other.url().split('/').nth(2).unwrap().to_owned();
    assert_eq!((&*model.provider, &*model.source), ("Mine", &*format!("{place}, by the settings page")));

    let said = reply(&server, "mine/echo").await;
    assert_eq!((said.status, &*said.text()), (Status::Complete, "hi"));
    let asked = other.exchange(0).await;
    assert_eq!(asked.header("authorization"), Some(&*format!("Bearer {KEY}")));

    // Named anew and switched off: the key stays.
    let named = change(&server, json!({"id": "mine", "seen": 1, "name": "Ours", "enabled": false})).await;
    assert_eq!((&*named.name, named.enabled, named.has_key, named.version), ("Ours", false, true, 2));
    // A version that cannot be is one that nobody saw, and nothing worse.
    let (code, _) = refused(&server, "change_provider", json!({"change": {"id": "mine", "seen": u64::MAX}})).await;
    assert_eq!(code, Code::Stale);
    let (code, _) = refused(
        &server,
        "send_message",
        serde_json::to_value(app::wire::SendMessage { model: Some("mine/echo".into()), ..message("", "hi") }).unwrap(),
    )
    .await;
    assert_eq!(code, Code::ModelNotFound);
    let stale =
        refused(&server, "change_provider", json!({"change": {"id": "mine", "seen": 1, "enabled": true}})).await;
    assert_eq!(stale, (Code::Stale, "it was changed elsewhere; look at it as it is now, and change it again".into()));
    let on = change(&server, json!({"id": "mine", "seen": 2, "enabled": true, "only": ["echo", " "]})).await;
    assert_eq!((on.models, &*on.only), (1, &["echo".to_owned()][..]));
    assert_eq!(reply(&server, "mine/echo").await.status, Status::Complete);

    for _ in 0..2 {
        server.call::<()>("delete_provider", &json!({"id": "mine"})).await;
    }
    assert!(listed(&server).await.iter().all(|row| row.id != "mine"));
    let gone = refused(&server, "change_provider", json!({"change": {"id": "mine", "seen": 3, "name": "x"}})).await;
    assert_eq!(gone.0, Code::NotFound);
}

#[tokio::test]
async fn a_key_is_encrypted_at_rest_and_never_told() {
    let (server, other) = (Server::start().await, Upstream::start().await);
    add(&server, provider(&other)).await;
    let folder = server.folder.path();
    assert!(holds(folder, "openai-compatible"), "the rest can be read");
    assert!(!holds(folder, KEY));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = folder.join("key").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    for function in ["list_providers", "list_models"] {
        let answer = server.post(function, &json!({})).await;
        assert!(answer.status == StatusCode::OK && !answer.body.to_string().contains(KEY));
    }
}

#[tokio::test]
async fn a_key_is_used_only_at_the_address_that_it_was_entered_for() {
    let (server, other, elsewhere) = (Server::start().await, Upstream::start().await, Upstream::start().await);
    add(&server, provider(&other)).await;
    let moved = json!({"change": {"id": "mine", "seen": 1, "base_url": elsewhere.url()}});
    let told = "a key is used only at the address that it was entered for; enter the key again, for the new address";
    assert_eq!(refused(&server, "change_provider", moved).await, (Code::Invalid, told.into()));
    // Nor does it go along with a test of another address.
    let test = |url: String| json!({"id": "mine", "provider": {"service": "openai-compatible", "base_url": url}});
    assert_eq!(refused(&server, "test_provider", test(elsewhere.url())).await, (Code::Invalid, told.into()));
    assert_eq!(elsewhere.count(), 0);
    server.call::<Tested>("test_provider", &test(other.url())).await;
    assert_eq!(other.exchange(0).await.header("authorization"), Some(&*format!("Bearer {KEY}")));
    // Without a key, or with it again, it may go there.
    let open = change(&server, json!({"id": "mine", "seen": 1, "base_url": elsewhere.url(), "key": ""})).await;
    assert!(!open.has_key && open.version == 2);
    assert_eq!(reply(&server, "mine/echo").await.status, Status::Complete);
    assert_eq!(elsewhere.exchange(0).await.header("authorization"), None);
}

/// The address, as of a server with TLS, of one that has none.
async fn speaks_no_tls() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    url
}

#[tokio::test]
async fn a_test_says_what_failed() {
    let (server, other) = (Server::start().await, Upstream::start().await);
    let works =
        |model: &str| json!({"provider": {"service": "openai-compatible", "base_url": other.url(), "only": [model]}});
    let tested: Tested = server.call("test_provider", &works("echo")).await;
    assert_eq!((tested.models, &*tested.model), (1, "echo"));
    let exchange = other.exchange(0).await;
    exchange.closed().await;
    assert_eq!(exchange.user(), "Say hello.");
    // It hears the first word, and no more is paid for.
    other.script("any", vec![Step::stream(), Step::text("Hello"), Step::Gate, Step::text(", you")]);
    server.call::<Tested>("test_provider", &works("any")).await;
    other.exchange(1).await.closed().await;

    let (place, plain) = (other.url(), speaks_no_tls().await);
    other.takes_only("sk-the-right-one");
    for (provider, code, told) in [
        (provider(&other), Code::ProviderKey, "Mine refused the key; copy the key once more from its website".to_owned()),
        (
            json!({"service": "openai-compatible", "base_url": "http://127.0.0.1:9/v1"}),
            Code::ProviderUnreachable,
            "OpenAI-compatible server cannot be reached at `http://127.0.0.1:9/v1`: nothing listens there; check its address, and that it runs there".to_owned(),
        ),
        (
            json!({"service": "openai-compatible", "base_url": "http://no.such.host.invalid/v1"}),
            Code::ProviderUnreachable,
            "OpenAI-compatible server cannot be reached at `http://no.such.host.invalid/v1`: no such host name is known; check its address, and that it runs there".to_owned(),
        ),
        (
            json!({"service": "openai-compatible", "base_url": plain}),
            Code::ProviderUnreachable,
            format!("OpenAI-compatible server cannot be reached at `{plain}`: it does not speak TLS; is it `http://`?; check its address, and that it runs there"),
        ),
    ] {
        assert_eq!(refused(&server, "test_provider", json!({ "provider": provider })).await, (code, told));
    }
    other.script(
        "unknown-model",
        Step::answer(404, "application/json", r#"{"error":{"message":"no model `x`","code":"model_not_found"}}"#),
    );
    let right = json!({"provider": {"service": "openai-compatible", "base_url": place, "key": "sk-the-right-one", "only": ["unknown-model"]}});
    let told = "OpenAI-compatible server has no such model: no model `x`; name another model";
    assert_eq!(refused(&server, "test_provider", right).await, (Code::ModelNotFound, told.into()));
}

#[tokio::test]
async fn a_test_tells_of_names_that_its_list_lacks_and_asks_also_what_the_environment_told_of() {
    let (server, other) = (Server::start().await, Upstream::start().await);
    let named = json!({"service": "openai-compatible", "base_url": other.url(), "only": ["echo", "ehco", "blind"]});
    let tested: Tested = server.call("test_provider", &json!({ "provider": named })).await;
    assert_eq!((tested.models, &*tested.model, tested.unlisted), (3, "echo", vec!["ehco".to_owned()]));

    // What a service puts before each id is no part of the name that one knows.
    let google = other.url().replace("/v1", "/v1beta");
    let named =
        |only: &[&str]| json!({"provider": {"service": "gemini", "base_url": google, "key": KEY, "only": only}});
    for (only, model) in [(&["echo", "models/blind"][..], "echo"), (&["models/echo"], "echo"), (&[], "echo")] {
        let tested: Tested = server.call("test_provider", &named(only)).await;
        assert_eq!((&*tested.model, tested.unlisted.len()), (model, 0), "{only:?}");
    }

    let told: Tested = server.call("test_provider", &json!({"id": "openai"})).await;
    assert!(told.models > 3 && told.unlisted.is_empty(), "{told:?}");
    assert_eq!(server.upstream.exchange(0).await.user(), "Say hello.");
    server.upstream.takes_only(KEY);
    let refusal = (
        Code::ProviderKey,
        "OpenAI-compatible asks for a key; set a valid key as `OPENAI_API_KEY` and restart Brooklet",
    );
    let (code, said) = refused(&server, "test_provider", json!({"id": "openai"})).await;
    assert_eq!((code, &*said), refusal);
    for id in [json!({"id": "nobody"}), json!({})] {
        assert_eq!(refused(&server, "test_provider", id).await.0, Code::NotFound);
    }
}

#[tokio::test]
async fn what_cannot_be_connected_is_told_and_kept_nowhere() {
    let server = Server::start().await;
    for (provider, told) in [
        (
            json!({"service": "anthropic"}),
            "Anthropic answers nobody without a key; enter the key that its website gave you",
        ),
        (
            json!({"service": "anthropic", "key": " \n"}),
            "Anthropic answers nobody without a key; enter the key that its website gave you",
        ),
        (json!({"service": "nobody", "key": "k"}), "there is no such service: `nobody`; "),
        (
            json!({"service": "openai-compatible"}),
            "it needs an address; enter its base URL, such as http://127.0.0.1:8000/v1",
        ),
        (
            json!({"service": "ollama", "base_url": "http://me:secret@gpu-box"}),
            "Ollama cannot be used: the base URL must look like `https://api.openai.com/v1`, without a name or password in it; ",
        ),
        (
            json!({"service": "openai-compatible", "base_url": "http://gpu-box/v1?api-version=2&api_key=sk-1"}),
            "OpenAI-compatible server cannot be used: its address holds a key: take `api_key` out of it, and enter it as the key; ",
        ),
        (
            json!({"service": "openai", "key": "sk-0123\n456789"}),
            "the key has a space or a line break in it; copy it once more, alone",
        ),
    ] {
        let (code, said) = refused(&server, "add_provider", json!({ "provider": provider })).await;
        assert_eq!((code, &*said), (Code::Invalid, told));
    }
    // What is easily copied along is left out; and two alike are told apart.
    let unkeyed = json!({"provider": {"service": "openai-compatible", "base_url": server.upstream.url()}});
    server.upstream.takes_only(KEY);
    let (code, told) = refused(&server, "test_provider", unkeyed).await;
    assert_eq!((code, &*told), (Code::ProviderKey, "OpenAI-compatible server asks for a key; enter its key"));
    for (key, given, name) in [
        (format!(" \"{KEY}\"\u{200b}\n"), None, "OpenAI-compatible server"),
        (format!("Bearer {KEY}"), Some("OpenAI-compatible server"), "OpenAI-compatible server 2"),
    ] {
        let base_url = server.upstream.url();
        let provider = json!({"service": "openai-compatible", "name": given, "base_url": base_url, "key": key});
        let added = add(&server, provider).await;
        assert_eq!((&*added.name, added.problem), (name, None));
    }
    for id in ["openai-compatible-server", "openai-compatible-server-2"] {
        server.call::<()>("delete_provider", &json!({ "id": id })).await;
    }

    let answer = server.post("add_provider", &json!({"provider": {"service": 7}})).await;
    assert_eq!(answer.error().code, Code::BadRequest);
    let rows = listed(&server).await;
    let [environment] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!((&*environment.id, environment.source.as_deref()), ("openai", Some("OPENAI_BASE_URL")));
    let fixed = refused(&server, "change_provider", json!({"change": {"id": "openai", "seen": 0, "name": "x"}})).await;
    assert_eq!(
        fixed,
        (Code::NotFound, "there is no such provider on this page; one of the environment is changed there".into())
    );
}
