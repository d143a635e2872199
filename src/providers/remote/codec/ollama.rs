//! Ollama's own chat: a JSON object a line, with an error under a 200 when something breaks on the way.

use super::{Event, Kind, Said, object, set, usage};
use crate::providers::{
    PromptMessage, Request,
    prefill::{Form, sent},
    remote::text::Loose,
};
use app::wire::Effort;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, json};

pub fn to_wire(request: &Request, form: Option<Form>) -> Value {
    let mut messages: Vec<Value> = request.messages.iter().map(message).collect();
    if let Some(said) = request.said.as_deref().map(sent).filter(|said| !said.is_empty() && form.is_some()) {
        messages.push(json!({"role": "assistant", "content": said}));
    }
    let mut body = json!({"model": request.model, "messages": messages, "stream": true});
    let parameters = &request.parameters;
    let mut options = json!({});
    set(&mut options, "temperature", parameters.temperature);
    set(&mut options, "top_p", parameters.top_p);
    set(&mut options, "num_predict", parameters.max_tokens);
    if options != json!({}) {
        body["options"] = options;
    }
    // Who was not told that a model thinks must not ask it to: it would be refused.
    if let Some(effort) = parameters.effort.filter(|_| request.capabilities.thinks()) {
        // One family takes words, and thinks in any case; the others think or do not.
        body["think"] = match effort {
            _ if !request.model.contains("gpt-oss") => (effort != Effort::None).into(),
            Effort::None | Effort::Minimal | Effort::Low => "low".into(),
            Effort::Medium => "medium".into(),
            Effort::High | Effort::XHigh | Effort::Max => "high".into(),
        };
    }
    body
}

fn message(message: &PromptMessage) -> Value {
    let mut wire = json!({"role": message.role, "content": message.text});
    if !message.images.is_empty() {
        wire["images"] = message.images.iter().map(|image| image.base64()).collect();
    }
    wire
}

pub fn from_event(data: &[u8]) -> Result<Event, serde_json::Error> {
    let body: Body = object(data)?;
    if body.error.is_some() {
        return Ok(Event::error());
    }
    let done = body.done.unwrap_or(false);
    let is_reply = body.message.is_some() || done;
    let said = body
        .message
        .into_iter()
        .flat_map(|message| message.thinking.map(Said::Reasoning).into_iter().chain(message.content.map(Said::Text)));
    let reason = body.reason.map(Loose::into_text).filter(|reason| !reason.is_empty());
    Ok(Event {
        usage: usage(body.input, body.output, None),
        finish: reason.filter(|_| done),
        kind: match (done, is_reply) {
            (true, _) => Kind::End,
            (false, true) => Kind::Reply,
            (false, false) => Kind::Other,
        },
        ..Event::saying(said)
    })
}

#[derive(Deserialize)]
struct Body {
    message: Option<Message>,
    done: Option<bool>,
    #[serde(rename = "done_reason")]
    reason: Option<Loose>,
    #[serde(rename = "prompt_eval_count")]
    input: Option<u64>,
    #[serde(rename = "eval_count")]
    output: Option<u64>,
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Message {
    content: Option<Loose>,
    thinking: Option<Loose>,
}
