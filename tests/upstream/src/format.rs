//! The formats in which this upstream is asked and answers, told by the address.

use crate::{http, step};
use serde_json::{Value, json};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `/v1/chat/completions`
    Chat,
    /// `/v1/responses`
    Responses,
    /// `/v1/messages`
    Anthropic,
    /// `/v1beta/models/{model}:streamGenerateContent`
    Gemini,
    /// `/api/chat`
    Ollama,
}

const GEMINI: (&str, &str) = ("/v1beta/models/", ":streamGenerateContent");

impl Format {
    /// The format that is spoken at an address to which chats are posted.
    pub fn at(path: &str) -> Option<Self> {
        match path {
            "/v1/chat/completions" => Some(Self::Chat),
            "/v1/responses" => Some(Self::Responses),
            "/v1/messages" => Some(Self::Anthropic),
            "/api/chat" => Some(Self::Ollama),
            _ => gemini_model(path).map(|_| Self::Gemini),
        }
    }

    pub fn model<'a>(self, path: &'a str, body: &'a Value) -> &'a str {
        if self == Self::Gemini { gemini_model(path) } else { body["model"].as_str() }.unwrap_or_default()
    }

    /// The messages: whether each is the model's own, and its text.
    pub fn messages(self, body: &Value) -> Vec<(bool, String)> {
        let (list, role, content) = match self {
            Self::Gemini => (&body["contents"], "model", "parts"),
            Self::Responses => (&body["input"], "assistant", "content"),
            Self::Chat | Self::Anthropic | Self::Ollama => (&body["messages"], "assistant", "content"),
        };
        let text = |content: &Value| match content {
            Value::String(text) => text.clone(),
            parts => parts.as_array().into_iter().flatten().filter_map(|part| part["text"].as_str()).collect(),
        };
        let messages = list.as_array().into_iter().flatten().filter(|message| message["role"] != "system");
        messages.map(|message| (message["role"] == role, text(&message[content]))).collect()
    }

    /// The kinds of the images in the last message, as far as its service tells them.
    pub fn images(self, body: &Value) -> Vec<String> {
        let list = match self {
            Self::Gemini => &body["contents"],
            Self::Responses => &body["input"],
            Self::Chat | Self::Anthropic | Self::Ollama => &body["messages"],
        };
        let Some(last) = list.as_array().and_then(|list| list.last()) else { return Vec::new() };
        if let Some(images) = last["images"].as_array() {
            return images.iter().map(|_| "image".to_owned()).collect();
        }
        let parts = last["content"].as_array().or_else(|| last["parts"].as_array());
        let kind = |part: &Value| {
            let url = part["image_url"]["url"].as_str().or_else(|| part["image_url"].as_str());
            let of_url = url.and_then(|url| url.strip_prefix("data:")?.split_once(';')).map(|(kind, _)| kind);
            let kind = of_url.or_else(|| part["source"]["media_type"].as_str());
            kind.or_else(|| part["inlineData"]["mimeType"].as_str()).map(str::to_owned)
        };
        parts.into_iter().flatten().filter_map(kind).collect()
    }

    pub fn content_type(self) -> &'static str {
        if self == Self::Ollama { "application/x-ndjson" } else { "text/event-stream" }
    }

    /// Where a stream that the service keeps begins: its id.
    pub fn begin(self, id: &str) -> Vec<u8> {
        match self {
            Self::Responses => {
                let response = json!({"id": id, "status": "in_progress"});
                step::json(json!({"type": "response.created", "sequence_number": 0, "response": response}))
            }
            _ => Vec::new(),
        }
    }

    /// `number` counts the events of a stream.
    pub fn text(self, text: &str, number: usize) -> Vec<u8> {
        match self {
            Self::Chat => step::frame(json!({"content": text})),
            Self::Responses => {
                let kind = "response.output_text.delta";
                step::json(json!({"type": kind, "sequence_number": number, "delta": text}))
            }
            Self::Anthropic => block(json!({"type": "text_delta", "text": text})),
            Self::Gemini => {
                step::json(json!({"candidates": [{"content": {"role": "model", "parts": [{"text": text}]}}]}))
            }
            Self::Ollama => line(json!({"message": {"role": "assistant", "content": text}, "done": false})),
        }
    }

    pub fn reasoning(self, text: &str, number: usize) -> Vec<u8> {
        match self {
            Self::Chat => step::frame(json!({"reasoning_content": text})),
            Self::Responses => {
                let kind = "response.reasoning_summary_text.delta";
                step::json(json!({"type": kind, "sequence_number": number, "delta": text}))
            }
            Self::Anthropic => block(json!({"type": "thinking_delta", "thinking": text})),
            Self::Gemini => {
                step::json(json!({"candidates": [{"content": {"parts": [{"text": text, "thought": true}]}}]}))
            }
            Self::Ollama => {
                line(json!({"message": {"role": "assistant", "content": "", "thinking": text}, "done": false}))
            }
        }
    }

    /// Why it stopped, what it used, and the end, as the services end a stream.
    pub fn done(self, output: usize, number: usize) -> Vec<u8> {
        match self {
            Self::Chat => {
                let usage = json!({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": output}});
                [step::finish("stop"), step::json(usage), b"data: [DONE]\n\n".to_vec()].concat()
            }
            Self::Responses => {
                let response = json!({"status": "completed", "usage": {"input_tokens": 7, "output_tokens": output}});
                step::json(json!({"type": "response.completed", "sequence_number": number, "response": response}))
            }
            Self::Anthropic => {
                let usage = json!({"input_tokens": 7, "output_tokens": output});
                let delta = json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": usage});
                [step::json(delta), step::json(json!({"type": "message_stop"}))].concat()
            }
            Self::Gemini => {
                let usage = json!({"promptTokenCount": 7, "candidatesTokenCount": output});
                step::json(json!({"candidates": [{"finishReason": "STOP"}], "usageMetadata": usage}))
            }
            Self::Ollama => {
                let counts = json!({"message": {"role": "assistant", "content": ""}, "done": true, "done_reason": "stop",
                    "prompt_eval_count": 7, "eval_count": output});
                line(counts)
            }
        }
    }

    /// The list of models at an address; none where there is no list. `maker` is who made the server, as it says.
    pub fn list(path: &str, is_anthropic: bool, names: &[&str], maker: Option<&str>) -> Option<Vec<u8>> {
        let rows = |row: &dyn Fn(&str) -> Value| names.iter().map(|name| row(name)).collect::<Value>();
        let list = match path {
            "/v1/models" if is_anthropic => {
                json!({"data": rows(&|name| json!({"type": "model", "id": name, "display_name": name, "max_tokens": 4096}))})
            }
            "/v1/models" => {
                json!({"object": "list", "data": rows(&|name| {
                    let mut row = json!({"id": name, "object": "model", "owned_by": maker});
                    match name {
                        "see" => row["architecture"] = json!({"input_modalities": ["text", "image"]}),
                        "blind" => row["architecture"] = json!({"input_modalities": ["text"]}),
                        _ => {}
                    }
                    row
                })})
            }
            "/v1beta/models" => json!({"models": rows(&|name| {
                json!({"name": format!("models/{name}"), "displayName": name, "supportedGenerationMethods": ["generateContent"]})
            })}),
            "/api/tags" => json!({"models": rows(&|name| json!({"name": name, "model": name, "digest": "0"}))}),
            _ => return None,
        };
        Some(http::answer(200, &list))
    }
}

/// What Ollama tells of a model that it is asked about: `see` sees, `think` thinks, and `blind` is from before it told anything.
pub fn shown(path: &str, body: &[u8]) -> Option<Value> {
    let asked: Value = serde_json::from_slice(body).ok().filter(|_| path == "/api/show")?;
    let can = match asked["model"].as_str()? {
        "see" => json!(["completion", "vision"]),
        "think" => json!(["completion", "thinking", "tools"]),
        "blind" => return Some(json!({"details": {}})),
        _ => json!(["completion"]),
    };
    Some(json!({"capabilities": can, "model_info": {"general.architecture": "river", "river.context_length": 8192}}))
}

/// What is asked of a reply that the service keeps, below `/v1/responses/`: its number, and what.
pub fn kept(path: &str) -> Option<(usize, &str)> {
    let rest = path.strip_prefix("/v1/responses/resp_")?;
    let (number, verb) = rest.split_once('/').unwrap_or((rest, ""));
    Some((number.parse().ok()?, verb))
}

fn gemini_model(path: &str) -> Option<&str> {
    path.strip_prefix(GEMINI.0)?.strip_suffix(GEMINI.1)
}

fn block(delta: Value) -> Vec<u8> {
    step::json(json!({"type": "content_block_delta", "index": 0, "delta": delta}))
}

fn line(value: Value) -> Vec<u8> {
    format!("{value}\n").into_bytes()
}
