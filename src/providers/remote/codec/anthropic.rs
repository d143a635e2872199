//! Anthropic's messages: blocks of text and thinking, counts that grow, and errors behind a 200.

use super::{Event, Kind, Said, budget, object, set, usage};
use crate::providers::{
    Image, PromptMessage, Request, Thinking,
    prefill::{Form, sent},
    remote::text::Loose,
};
use app::wire::{Effort, Role};
use serde::Deserialize;
use serde_json::{Value, json};

/// Every request must name a limit. This is what the smallest model of those still served may say.
const MAX_TOKENS: u32 = 8192;

/// A reply is cut at its limit, and who asks for no limit wants none; but not all that the largest models could say.
const WANTED_TOKENS: u32 = 64_000;

/// What a request that thinks leaves for the reply itself, at least.
const REPLY_TOKENS: u32 = 1024;

pub fn to_wire(request: &Request, form: Option<Form>) -> Value {
    let known = &request.capabilities;
    let at_most = known.output.and_then(|output| u32::try_from(output).ok());
    let limit = request.parameters.max_tokens.unwrap_or_else(|| at_most.unwrap_or(MAX_TOKENS).min(WANTED_TOKENS));
    let mut body = json!({"model": request.model, "max_tokens": limit, "stream": true});
    let (system, others): (Vec<_>, Vec<_>) = request.messages.iter().partition(|message| message.role == Role::System);
    if !system.is_empty() {
        let text = system.iter().map(|message| message.text.as_str()).collect::<Vec<_>>().join("\n\n");
        body["system"] = json!([{"type": "text", "text": text}]);
    }
    // One without content is refused.
    let mut messages: Vec<Value> = others.into_iter().filter(|message| !message.is_empty()).map(message).collect();
    // What came before is read again with each message; a cache makes that a tenth of the price.
    if let Some(last) = messages.last_mut().and_then(|last| last["content"].as_array_mut()?.last_mut()) {
        last["cache_control"] = json!({"type": "ephemeral"});
    }
    if let Some(said) = request.said.as_deref().map(sent).filter(|said| !said.is_empty() && form.is_some()) {
        messages.push(json!({"role": "assistant", "content": said}));
    }
    body["messages"] = messages.into();
    let thinks = think(request, limit, &mut body);
    // With thoughts the model refuses to have its temperature set.
    if !thinks {
        set(&mut body, "temperature", request.parameters.temperature);
        // Newer models take one of the two.
        if request.parameters.temperature.is_none() {
            set(&mut body, "top_p", request.parameters.top_p);
        }
    }
    body
}

/// Asks for thoughts, as the model takes it; true if it did.
fn think(request: &Request, limit: u32, body: &mut Value) -> bool {
    let Some(effort) = request.parameters.effort else { return false };
    if effort == Effort::None {
        body["thinking"] = json!({"type": "disabled"});
        return false;
    }
    match request.capabilities.thinking {
        Some(Thinking::Adaptive) => {
            body["thinking"] = json!({"type": "adaptive", "display": "summarized"});
            let effort = match effort {
                Effort::None | Effort::Minimal | Effort::Low => "low",
                Effort::Medium => "medium",
                Effort::High => "high",
                Effort::XHigh => "xhigh",
                Effort::Max => "max",
            };
            body["output_config"] = json!({"effort": effort});
            true
        }
        Some(Thinking::Budget) => {
            let budget = budget(effort).min(limit.saturating_sub(REPLY_TOKENS));
            // Fewer are refused.
            if budget < 1024 {
                return false;
            }
            body["thinking"] = json!({"type": "enabled", "budget_tokens": budget});
            true
        }
        Some(Thinking::Never | Thinking::Always) | None => false,
    }
}

fn message(message: &PromptMessage) -> Value {
    let mut content: Vec<Value> = message.images.iter().map(image).collect();
    if !message.text.is_empty() {
        content.push(json!({"type": "text", "text": message.text}));
    }
    json!({"role": message.role, "content": content})
}

fn image(image: &Image) -> Value {
    json!({"type": "image", "source": {"type": "base64", "media_type": image.media_type, "data": image.base64()}})
}

pub fn from_event(data: &[u8]) -> Result<Event, serde_json::Error> {
    let body: Body = object(data)?;
    Ok(match body.kind.as_deref() {
        Some("error") => Event::error(),
        Some("message_start") => {
            let usage = body.message.and_then(|message| message.usage).and_then(|counts| counts.read());
            Event { usage, kind: Kind::Reply, ..Event::default() }
        }
        Some("content_block_start") => Event::saying(body.content_block.into_iter().flat_map(Block::said)),
        Some("content_block_delta") => Event::saying(body.delta.into_iter().flat_map(Block::said)),
        Some("message_delta") => Event {
            finish: body.delta.and_then(|delta| delta.stop_reason).map(Loose::into_text).map(finish),
            usage: body.usage.and_then(|counts| counts.read()),
            kind: Kind::Reply,
            ..Event::default()
        },
        Some("message_stop") => Event { kind: Kind::End, ..Event::default() },
        // A whole message, where nothing was streamed.
        Some("message") => {
            let said = body.content.into_iter().flatten().flat_map(Block::said);
            Event {
                finish: body.stop_reason.map(Loose::into_text).map(finish),
                usage: body.usage.and_then(|counts| counts.read()),
                ..Event::saying(said)
            }
        }
        _ => Event::default(),
    })
}

fn finish(reason: String) -> String {
    match reason.as_str() {
        "end_turn" | "stop_sequence" => "stop".to_owned(),
        "max_tokens" | "model_context_window_exceeded" => "length".to_owned(),
        "refusal" => "content_filter".to_owned(),
        "tool_use" => "tool_calls".to_owned(),
        _ => reason,
    }
}

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "type")]
    kind: Option<String>,
    message: Option<Begun>,
    content_block: Option<Block>,
    delta: Option<Block>,
    usage: Option<Counts>,
    content: Option<Vec<Block>>,
    stop_reason: Option<Loose>,
}

#[derive(Deserialize)]
struct Begun {
    usage: Option<Counts>,
}

/// A block, or a piece of one. Signatures, citations and the inputs of tools are passed over.
#[derive(Deserialize)]
struct Block {
    text: Option<Loose>,
    thinking: Option<Loose>,
    stop_reason: Option<Loose>,
}

impl Block {
    fn said(self) -> impl Iterator<Item = Said> {
        self.thinking.map(Said::Reasoning).into_iter().chain(self.text.map(Said::Text))
    }
}

/// Up to here, of the whole reply.
#[derive(Deserialize)]
struct Counts {
    input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    output_tokens_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    thinking_tokens: Option<u64>,
}

impl Counts {
    fn read(self) -> Option<app::wire::Usage> {
        let cached = [self.cache_creation_input_tokens, self.cache_read_input_tokens].into_iter().flatten();
        let input = self.input_tokens.map(|input| cached.fold(input, u64::saturating_add));
        usage(input, self.output_tokens, self.output_tokens_details.and_then(|details| details.thinking_tokens))
    }
}
