//! Reads lists of models: which there are, what to call them, and which a person would ask first.

use crate::providers::prefill::{Form, Prefill};
use serde_json::Value;
use std::{cmp::Reverse, collections::HashSet};

/// The longest id of a model, in bytes. It is stored with each reply.
pub const LONGEST_ID: usize = 256;

/// Parts of the names of models that never chat. Lists hold them because programs ask them; a person cannot.
const NEVER: [&str; 9] = [
    "embed",
    "rerank",
    "whisper",
    "dall-e",
    "moderation",
    "transcribe",
    "babbage-002",
    "davinci-002",
    "text-to-speech",
];

/// Parts of the names of models that seldom are what a person wants to chat with: they stand last.
const ASIDE: [&str; 9] = ["tts", "realtime", "audio", "image", "imagen", "veo-", "sora", "aqa", "native-"];

/// In what a service differs from the rest.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// Lists its models to a header of its own, `x-api-key`, and not to a bearer token.
    pub lists_by_own_header: bool,
    /// What stands before each id and is no part of the name.
    pub prefix: &'static str,
    /// Parts of the names of models that this service answers elsewhere or otherwise; they stand last.
    pub aside: &'static [&'static str],
    /// How it goes on with a text. None: it does not, or only its list tells (see [`Maker`]).
    pub prefill: Option<Prefill>,
}

impl Dialect {
    pub const PLAIN: Self = Self { lists_by_own_header: false, prefix: "", aside: &[], prefill: None };
}

/// A kind of model server that people run themselves.
#[derive(Debug, PartialEq, Eq)]
pub struct Maker {
    /// As its list says `owned_by`.
    owner: &'static str,
    pub name: &'static str,
    pub prefill: Option<Prefill>,
}

const MAKERS: [Maker; 6] = [
    Maker { owner: "library", name: "Ollama", prefill: Some(Form::Trailing.plain()) },
    Maker { owner: "llamacpp", name: "llama.cpp", prefill: Some(Form::Trailing.plain()) },
    Maker { owner: "organization_owner", name: "LM Studio", prefill: None },
    Maker { owner: "vllm", name: "vLLM", prefill: Some(Form::FinalMessage.plain()) },
    Maker { owner: "sglang", name: "SGLang", prefill: Some(Form::FinalMessage.plain()) },
    Maker { owner: "koboldcpp", name: "KoboldCpp", prefill: None },
];

/// A model of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub id: String,
    pub name: String,
}

/// The models of `{"data": [{"id"}]}`, or of a bare list, as some send it, in the order in which to offer them. Ids that
/// could not be shown or stored are left out, and so is what never chats.
pub fn read(body: &[u8], dialect: &Dialect) -> Option<Vec<Named>> {
    let json: Value = serde_json::from_slice(body).ok()?;
    let rows = rows(&json)?;
    let mut known = HashSet::new();
    let mut named: Vec<_> = rows
        .iter()
        .filter_map(|row| {
            let id = row["id"].as_str().filter(|id| is_presentable(id) && known.insert(*id))?;
            let lower = id.to_lowercase();
            let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
            let aside = has(&ASIDE) || has(dialect.aside);
            let model = Named { id: id.to_owned(), name: name(row, id, dialect) };
            // The newest first, where the list has times; else in its own order.
            (!has(&NEVER)).then(|| (aside, Reverse(row["created"].as_u64()), model))
        })
        .collect();
    named.sort_by_key(|(aside, created, _)| (*aside, *created));
    Some(named.into_iter().map(|(_, _, model)| model).collect())
}

/// Whether this can only be the list of a model server. Whoever was not told of the place asks so strictly: many things
/// listen on port 8080, and some answer everything with JSON.
pub fn is_certain(body: &[u8]) -> bool {
    let Ok(json) = serde_json::from_slice::<Value>(body) else { return false };
    let model = |row: &Value| row["object"] == "model" && row["id"].is_string();
    json["object"] == "list" && rows(&json).is_some_and(|rows| rows.iter().all(model))
}

/// Who made the server, as far as the list tells.
pub fn maker(body: &[u8]) -> Option<&'static Maker> {
    let json: Value = serde_json::from_slice(body).ok()?;
    // Ollama names those who shared a model, beside its own.
    rows(&json)?.iter().find_map(|row| MAKERS.iter().find(|maker| row["owned_by"] == maker.owner))
}

/// Ollama without a model says `null`.
fn rows(json: &Value) -> Option<&[Value]> {
    match (&json["data"], json) {
        (Value::Array(rows), _) | (_, Value::Array(rows)) => Some(rows),
        (Value::Null, Value::Object(all)) if all.contains_key("data") && json["object"] == "list" => Some(&[]),
        _ => None,
    }
}

/// What the list calls it; else its id, which llama.cpp makes of the path of a file.
fn name(row: &Value, id: &str, dialect: &Dialect) -> String {
    let given = [&row["display_name"], &row["name"]].into_iter().find_map(Value::as_str);
    if let Some(given) = given.filter(|given| is_presentable(given)) {
        return given.trim().to_owned();
    }
    let id = id.strip_prefix(dialect.prefix).unwrap_or(id);
    let file = id.strip_suffix(".gguf").and_then(|path| path.rsplit(['/', '\\']).next());
    file.filter(|file| !file.is_empty()).unwrap_or(id).to_owned()
}

fn is_presentable(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= LONGEST_ID && !text.contains(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ids(body: &str) -> Option<Vec<String>> {
        Some(read(body.as_bytes(), &Dialect::PLAIN)?.into_iter().map(|model| model.id).collect())
    }

    fn names(rows: Value, dialect: &Dialect) -> Vec<String> {
        let body = json!({"object": "list", "data": rows}).to_string();
        read(body.as_bytes(), dialect).unwrap().into_iter().map(|model| model.name).collect()
    }

    #[test]
    fn reads_lists_of_models() {
        let two = Some(vec!["b".to_owned(), "a/c".to_owned()]);
        assert_eq!(ids(r#"{"object":"list","data":[{"id":"b"},{"id":"a/c"}]}"#), two);
        assert_eq!(ids(r#"[{"id":"b"},{"id":"a/c"}]"#), two);
        assert_eq!(
            ids(r#"{"data":[{"id":"b"},{"id":""},{"id":7},{},"x",{"id":"a\nb"},{"id":"b"},{"id":"a/c"}]}"#),
            two
        );
        assert_eq!(ids(r#"{"object":"list","data":null}"#), Some(vec![]));
        let long = format!(r#"{{"data":[{{"id":"{}"}}]}}"#, "a".repeat(LONGEST_ID + 1));
        assert_eq!(ids(&long), Some(vec![]));
        for body in ["", "<html>", "7", "null", "{}", r#"{"data":{}}"#, r#"{"error":"no"}"#, "[".repeat(5000).as_str()]
        {
            assert_eq!(ids(body), None, "{body}");
        }
    }

    #[test]
    fn what_a_person_would_choose_comes_first() {
        let row = |id: &str, created: u64| json!({"id": id, "created": created});
        let rows = json!([
            row("text-embedding-3-small", 9),
            row("gpt-4o", 3),
            row("gpt-4o-realtime-preview", 8),
            row("gpt-5.2", 7),
            row("gpt-5.2-pro", 8),
            row("whisper-1", 1),
            row("dall-e-3", 2),
        ]);
        let openai = Dialect { aside: &["-pro"], ..Dialect::PLAIN };
        assert_eq!(names(rows, &openai), ["gpt-5.2", "gpt-4o", "gpt-4o-realtime-preview", "gpt-5.2-pro"]);
    }

    #[test]
    fn a_model_has_the_name_that_its_list_gives() {
        let gemini = Dialect { prefix: "models/", ..Dialect::PLAIN };
        let rows = json!([
            {"id": "claude-opus-4-6", "display_name": "Claude Opus 4.6"},
            {"id": "openai/gpt-5", "name": "OpenAI: GPT-5"},
            {"id": "bad-name", "name": "a\nb"},
            {"id": "models/gemini-3-flash"},
            {"id": "/srv/models/qwen3-8b-q4.gguf"},
            {"id": "C:\\models\\qwen3.gguf"},
            {"id": "qwen3:8b"},
        ]);
        let expected =
            ["Claude Opus 4.6", "OpenAI: GPT-5", "bad-name", "gemini-3-flash", "qwen3-8b-q4", "qwen3", "qwen3:8b"];
        assert_eq!(names(rows, &gemini), expected);
    }

    #[test]
    fn only_the_list_of_a_model_server_is_certain() {
        for (owner, name) in [("library", Some("Ollama")), ("llamacpp", Some("llama.cpp")), ("me", None)] {
            let body =
                json!({"object": "list", "data": [{"id": "m", "object": "model", "owned_by": owner}]}).to_string();
            assert!(is_certain(body.as_bytes()));
            assert_eq!(maker(body.as_bytes()).map(|maker| maker.name), name);
        }
        assert!(is_certain(br#"{"object":"list","data":null}"#) && is_certain(br#"{"object":"list","data":[]}"#));
        for stranger in [
            "",
            "<html>",
            "[]",
            "{}",
            r#"{"data":[]}"#,
            r#"{"object":"list"}"#,
            r#"{"data":[{"id":"user-1"}]}"#,
            r#"{"object":"list","data":[{"id":"user-1"}]}"#,
            r#"{"object":"list","data":[{"id":1,"object":"model"}]}"#,
            r#"{"object":"list","data":{"id":"m","object":"model"}}"#,
        ] {
            assert!(!is_certain(stranger.as_bytes()), "{stranger}");
        }
    }
}
