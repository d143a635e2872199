//! Reads lists of models: which there are, what to call them, and which a person would ask first.

use super::codec::Format;
use crate::providers::{
    Capabilities, Thinking,
    facts::{Currency, Facts, Price},
    prefill::{Form, Prefill},
};
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
    /// How it is asked.
    pub format: Format,
    /// What stands before each id and is no part of the name.
    pub prefix: &'static str,
    /// Parts of the names of models that this service answers elsewhere or otherwise; they stand last.
    pub aside: &'static [&'static str],
    /// How it goes on with a text. None: it does not, or only its list tells (see [`Maker`]).
    pub prefill: Option<Prefill>,
}

impl Dialect {
    pub const PLAIN: Self = Self { format: Format::Chat, prefix: "", aside: &[], prefill: None };
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
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    pub id: String,
    pub name: String,
    pub facts: Facts,
}

/// The models of `{"data": [{"id"}]}`, of `{"models": [{"name"}]}`, or of a bare list, as some send it, in the order in which to
/// offer them. Ids that could not be shown or stored are left out, and so is what never chats.
pub fn read(body: &[u8], dialect: &Dialect) -> Option<Vec<Named>> {
    let json: Value = serde_json::from_slice(body).ok()?;
    let rows = rows(&json)?;
    let mut known = HashSet::new();
    let mut named: Vec<_> = rows
        .iter()
        .filter_map(|row| {
            let id = row["id"].as_str().or_else(|| row["name"].as_str());
            let id = id.filter(|id| is_presentable(id) && chats(row) && known.insert(*id))?;
            let lower = id.to_lowercase();
            let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
            let aside = has(&ASIDE) || has(dialect.aside);
            let facts = Facts { capabilities: capabilities(row), price: price(row) };
            let model = Named { id: id.to_owned(), name: name(row, id, dialect), facts };
            // The newest first, where the list has times; else in its own order.
            (!has(&NEVER)).then(|| (aside, Reverse(row["created"].as_u64()), model))
        })
        .collect();
    named.sort_by_key(|(aside, created, _)| (*aside, *created));
    Some(named.into_iter().map(|(_, _, model)| model).collect())
}

/// Whether this can only be the list of a model server. Whoever was not told of the place asks so strictly: many things
/// listen on port 8080, and some answer everything with JSON.
pub fn is_certain(body: &[u8], format: Format) -> bool {
    let Ok(json) = serde_json::from_slice::<Value>(body) else { return false };
    if format == Format::Ollama {
        let model = |row: &Value| row["name"].is_string() && row["digest"].is_string();
        return json["models"].is_array() && rows(&json).is_some_and(|rows| rows.iter().all(model));
    }
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
        _ if json["models"].is_array() => json["models"].as_array().map(Vec::as_slice),
        (Value::Null, Value::Object(all)) if all.contains_key("data") && json["object"] == "list" => Some(&[]),
        _ => None,
    }
}

/// What the list calls it; else its id, which llama.cpp makes of the path of a file.
fn name(row: &Value, id: &str, dialect: &Dialect) -> String {
    let given = [&row["display_name"], &row["displayName"], &row["name"]].into_iter().find_map(Value::as_str);
    let given = given.filter(|given| *given != id);
    if let Some(given) = given.filter(|given| is_presentable(given)) {
        return given.trim().to_owned();
    }
    let id = id.strip_prefix(dialect.prefix).unwrap_or(id);
    let file = id.strip_suffix(".gguf").and_then(|path| path.rsplit(['/', '\\']).next());
    file.filter(|file| !file.is_empty()).unwrap_or(id).to_owned()
}

/// Google lists, beside what chats, what only measures or draws.
fn chats(row: &Value) -> bool {
    let methods = row["supportedGenerationMethods"].as_array();
    methods.is_none_or(|methods| methods.iter().any(|method| method == "generateContent"))
}

/// What the row tells, in the words of the many who tell something.
fn capabilities(row: &Value) -> Capabilities {
    let own = &row["capabilities"];
    let supported = |of: &Value| of["supported"].as_bool();
    let has = |list: &Value, word: &str| list.as_array().map(|list| list.iter().any(|known| known == word));
    let yes_or_no = |thinks: bool| if thinks { Thinking::Always } else { Thinking::Never };
    // Anthropic tells both ways of thinking apart; it takes the newer one where a model has both.
    let anthropic = supported(&own["thinking"]).map(|thinks| match &own["thinking"]["types"] {
        _ if !thinks => Thinking::Never,
        types if supported(&types["adaptive"]) == Some(true) => Thinking::Adaptive,
        _ => Thinking::Budget,
    });
    let first = |fields: &[&Value]| fields.iter().find_map(|field| field.as_u64()).filter(|tokens| *tokens > 0);
    Capabilities {
        images: supported(&own["image_input"])
            .or_else(|| own["vision"].as_bool())
            .or_else(|| has(own, "vision"))
            .or_else(|| has(&row["architecture"]["input_modalities"], "image")),
        thinking: anthropic
            .or_else(|| row["thinking"].as_bool().map(yes_or_no))
            .or_else(|| own["reasoning"].as_bool().map(yes_or_no))
            .or_else(|| has(own, "thinking").map(yes_or_no))
            .or_else(|| has(&row["supported_parameters"], "reasoning").map(yes_or_no)),
        tools: own["function_calling"]
            .as_bool()
            .or_else(|| has(own, "tools"))
            .or_else(|| has(&row["supported_parameters"], "tools")),
        context: first(&[
            &row["max_input_tokens"],
            &row["inputTokenLimit"],
            &row["context_length"],
            &row["max_context_length"],
            &row["context_window"],
            &row["max_model_len"],
        ]),
        output: first(&[
            &row["max_tokens"],
            &row["outputTokenLimit"],
            &row["top_provider"]["max_completion_tokens"],
            &row["max_completion_tokens"],
        ]),
    }
}

/// What Ollama tells of a model that it is asked about.
pub fn shown(body: &[u8]) -> Option<Capabilities> {
    let json: Value = serde_json::from_slice(body).ok()?;
    let can = json["capabilities"].as_array()?;
    let has = |word: &str| can.iter().any(|known| known == word);
    let context = json["model_info"].as_object().and_then(|info| {
        let length = info.iter().find(|(name, _)| name.ends_with(".context_length"));
        length.and_then(|(_, tokens)| tokens.as_u64()).filter(|tokens| *tokens > 0)
    });
    Some(Capabilities {
        images: Some(has("vision")),
        thinking: Some(if has("thinking") { Thinking::Always } else { Thinking::Never }),
        tools: Some(has("tools")),
        context,
        output: None,
    })
}

/// OpenRouter tells the price of a token, as text, in dollars. Some of its models ask for each request, or for images, as well.
fn price(row: &Value) -> Option<Price> {
    let of = |name: &str| Some(row["pricing"][name].as_str()?.parse::<f64>().ok()? * 1e6).filter(|price| *price >= 0.0);
    let (input, output) = (of("prompt")?, of("completion")?);
    let else_free = of("request").unwrap_or(0.0) == 0.0;
    let price = Price { currency: Currency::Usd, input, output, cached: of("input_cache_read"), up_to: None };
    else_free.then_some(price)
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
    fn ollama_tells_of_a_model_that_it_is_asked_about() {
        let body = br#"{"license":"...","details":{"family":"qwen3vl"},"model_info":{"general.architecture":"qwen3vl",
            "qwen3vl.context_length":262144,"qwen3vl.vision.block_count":27},"capabilities":["completion","vision","tools"]}"#;
        let told = shown(body).unwrap();
        assert_eq!((told.images, told.tools, told.thinking), (Some(true), Some(true), Some(Thinking::Never)));
        assert_eq!((told.context, told.output), (Some(262_144), None));
        for body in ["", "[]", "{}", r#"{"error":"model not found"}"#, r#"{"capabilities":7}"#] {
            assert_eq!(shown(body.as_bytes()), None, "older ones do not tell: {body}");
        }
        assert_eq!(shown(br#"{"capabilities":[7],"model_info":{"x.context_length":-1}}"#).unwrap().context, None);
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
            assert!(is_certain(body.as_bytes(), Format::Chat));
            assert_eq!(maker(body.as_bytes()).map(|maker| maker.name), name);
        }
        assert!(
            is_certain(br#"{"object":"list","data":null}"#, Format::Chat)
                && is_certain(br#"{"object":"list","data":[]}"#, Format::Chat)
        );
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
            assert!(!is_certain(stranger.as_bytes(), Format::Chat), "{stranger}");
        }
    }

    #[test]
    fn a_list_tells_what_its_models_can_do_as_far_as_it_does() {
        let anthropic = json!({"id": "c", "type": "model", "max_input_tokens": 200_000, "max_tokens": 64_000, "capabilities": {
            "image_input": {"supported": true},
            "thinking": {"supported": true, "types": {"adaptive": {"supported": false}, "enabled": {"supported": true}}},
        }});
        let adaptive = json!({"id": "c", "capabilities": {
            "image_input": {"supported": false},
            "thinking": {"supported": true, "types": {"adaptive": {"supported": true}, "enabled": {"supported": true}}},
        }});
        let gemini = json!({"name": "models/g", "inputTokenLimit": 1_048_576, "outputTokenLimit": 65_536, "thinking": true,
            "supportedGenerationMethods": ["generateContent"]});
        let openrouter = json!({"id": "o/r", "context_length": 131_072, "architecture": {"input_modalities": ["text", "image"]},
            "top_provider": {"max_completion_tokens": 16_384}, "supported_parameters": ["tools", "temperature"]});
        let mistral = json!({"id": "m", "max_context_length": 32_768, "capabilities": {"vision": false, "function_calling": true}});
        let (groq, vllm) = (json!({"id": "q", "context_window": 8192}), json!({"id": "v", "max_model_len": 4096}));
        let known =
            |images, thinking, tools, context, output| Capabilities { images, thinking, tools, context, output };
        for (row, expected) in [
            (anthropic, known(Some(true), Some(Thinking::Budget), None, Some(200_000), Some(64_000))),
            (adaptive, known(Some(false), Some(Thinking::Adaptive), None, None, None)),
            (gemini, known(None, Some(Thinking::Always), None, Some(1_048_576), Some(65_536))),
            (openrouter, known(Some(true), Some(Thinking::Never), Some(true), Some(131_072), Some(16_384))),
            (mistral, known(Some(false), None, Some(true), Some(32_768), None)),
            (groq, known(None, None, None, Some(8192), None)),
            (vllm, known(None, None, None, Some(4096), None)),
            (json!({"id": "x"}), Capabilities::default()),
            (json!({"id": "x", "max_tokens": "many", "capabilities": 7, "context_length": 0}), Capabilities::default()),
        ] {
            let body = json!({"data": [row]}).to_string();
            assert_eq!(read(body.as_bytes(), &Dialect::PLAIN).unwrap()[0].facts.capabilities, expected, "{body}");
        }
    }

    #[test]
    fn reads_the_lists_of_google_and_ollama() {
        let gemini = Dialect { format: Format::Gemini, prefix: "models/", ..Dialect::PLAIN };
        let body = json!({"models": [
            {"name": "models/gemini-3", "displayName": "Gemini 3", "supportedGenerationMethods": ["generateContent"]},
            {"name": "models/veo", "supportedGenerationMethods": ["predictLongRunning"]},
            {"name": "models/plain"},
        ]});
        let models = read(body.to_string().as_bytes(), &gemini).unwrap();
        let told: Vec<_> = models.iter().map(|model| (model.id.as_str(), model.name.as_str())).collect();
        assert_eq!(told, [("models/gemini-3", "Gemini 3"), ("models/plain", "plain")]);

        let tags =
            r#"{"models":[{"name":"qwen3:8b","model":"qwen3:8b","digest":"a1"},{"name":"gemma:2b","digest":"b2"}]}"#;
        let names = read(tags.as_bytes(), &Dialect::PLAIN).unwrap().into_iter().map(|model| model.id);
        assert_eq!(names.collect::<Vec<_>>(), ["qwen3:8b", "gemma:2b"]);
        assert!(is_certain(tags.as_bytes(), Format::Ollama) && is_certain(br#"{"models":[]}"#, Format::Ollama));
        for stranger in ["", "{}", r#"{"models":{}}"#, r#"{"models":[{"name":"a"}]}"#, r#"{"data":[]}"#] {
            assert!(!is_certain(stranger.as_bytes(), Format::Ollama), "{stranger}");
        }
    }
}
