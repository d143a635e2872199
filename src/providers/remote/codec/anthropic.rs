//! Anthropic's messages: blocks of text and thinking, counts that grow, and errors behind a 200.

use super::{Event, Kind, Said, Tokens, budget, object, set};
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
        let (cached, kept) = (self.cache_read_input_tokens, self.cache_creation_input_tokens);
        let input =
            self.input_tokens.map(|input| [cached, kept].into_iter().flatten().fold(input, u64::saturating_add));
        let reasoning = self.output_tokens_details.and_then(|details| details.thinking_tokens);
        Tokens { input, cached, kept, output: self.output_tokens, reasoning }.usage()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::Capabilities;
    use app::wire::Parameters;
    use bytes::Bytes;

    fn ask(text: &str) -> Request {
        let system = PromptMessage::new(Role::System, "be brief");
        Request::new("claude-test", vec![system, PromptMessage::new(Role::User, text)])
    }

    #[test]
    fn the_system_prompt_stands_apart_and_what_came_before_is_cached() {
        let silent = PromptMessage::new(Role::Assistant, "");
        let image = Image { media_type: "image/png", bytes: Bytes::from_static(b"png") };
        let shown = PromptMessage { images: vec![image], ..PromptMessage::new(Role::User, "what is it") };
        let mut request = ask("hi");
        request.messages.extend([silent, shown]);
        let expected = json!({
            "model": "claude-test",
            "max_tokens": MAX_TOKENS,
            "stream": true,
            "system": [{"type": "text", "text": "be brief"}],
            "messages": [
                {"role": "user", "content": [{"type": "text", "text": "hi"}]},
                {"role": "user", "content": [
                    {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "cG5n"}},
                    {"type": "text", "text": "what is it", "cache_control": {"type": "ephemeral"}},
                ]},
            ],
        });
        assert_eq!(to_wire(&request, None), expected);
    }

    #[test]
    fn the_limit_is_what_is_asked_for_or_known_and_never_all_that_a_large_model_could_say() {
        for (asked, known, limit) in [
            (None, None, MAX_TOKENS),
            (None, Some(4096), 4096),
            (None, Some(128_000), WANTED_TOKENS),
            (Some(100), Some(128_000), 100),
        ] {
            let parameters = Parameters { max_tokens: asked, ..Parameters::default() };
            let capabilities = Capabilities { output: known, ..Capabilities::default() };
            let body = to_wire(&Request { parameters, capabilities, ..ask("hi") }, None);
            assert_eq!(body["max_tokens"], limit);
        }
    }

    #[test]
    fn thinking_is_asked_for_as_the_model_takes_it() {
        let body = |thinking, effort, output| {
            let parameters =
                Parameters { effort: Some(effort), temperature: Some(0.5), top_p: Some(0.9), ..Parameters::default() };
            let capabilities = Capabilities { thinking, output: Some(output), ..Capabilities::default() };
            to_wire(&Request { parameters, capabilities, ..ask("hi") }, None)
        };
        let adaptive = body(Some(Thinking::Adaptive), Effort::Minimal, 64_000);
        assert_eq!(adaptive["thinking"], json!({"type": "adaptive", "display": "summarized"}));
        assert_eq!((&adaptive["output_config"]["effort"], adaptive.get("temperature")), (&json!("low"), None));
        let by_budget = body(Some(Thinking::Budget), Effort::High, 64_000);
        assert_eq!(by_budget["thinking"], json!({"type": "enabled", "budget_tokens": 16_384}));
        assert_eq!(body(Some(Thinking::Budget), Effort::Max, 4096)["thinking"]["budget_tokens"], 3072);
        for (thinking, effort, output) in [
            (None, Effort::High, 64_000),
            (Some(Thinking::Never), Effort::High, 64_000),
            (Some(Thinking::Budget), Effort::High, 2000),
        ] {
            let body = body(thinking, effort, output);
            assert!(body.get("thinking").is_none() && body["temperature"] == 0.5 && body.get("top_p").is_none());
        }
        assert_eq!(body(Some(Thinking::Adaptive), Effort::None, 64_000)["thinking"], json!({"type": "disabled"}));
    }

    #[test]
    fn counts_what_was_cached_and_says_why_it_stopped_in_the_words_of_all() {
        let start = br#"{"type":"message_start","message":{"usage":{"input_tokens":5,"cache_read_input_tokens":7,"output_tokens":1}}}"#;
        let counted = Tokens { input: Some(12), cached: Some(7), output: Some(1), ..Tokens::default() };
        assert_eq!(from_event(start).unwrap().usage, counted.usage());
        for (reason, finish) in [
            ("end_turn", "stop"),
            ("stop_sequence", "stop"),
            ("max_tokens", "length"),
            ("model_context_window_exceeded", "length"),
            ("refusal", "content_filter"),
            ("tool_use", "tool_calls"),
            ("pause_turn", "pause_turn"),
        ] {
            let delta = format!(r#"{{"type":"message_delta","delta":{{"stop_reason":"{reason}"}}}}"#);
            assert_eq!(from_event(delta.as_bytes()).unwrap().finish.as_deref(), Some(finish));
        }
        for data in [r#"{"type":"ping"}"#, r#"{"type":"content_block_stop","index":0}"#, r#"{"type":"new"}"#, "{}"] {
            assert_eq!(from_event(data.as_bytes()).unwrap(), Event::default(), "{data}");
        }
    }
}
