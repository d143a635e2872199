//! Ollama's own chat: a JSON object a line, with an error under a 200 when something breaks on the way.

use super::{Event, Kind, Said, Tokens, object, set};
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
        usage: Tokens { input: body.input, output: body.output, ..Tokens::default() }.usage(),
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

#[cfg(test)]
mod tests {
    use super::{super::usage, *};
    use crate::providers::{Capabilities, Image, Thinking};
    use app::wire::{Parameters, Role};
    use bytes::Bytes;

    #[test]
    fn asks_with_images_and_options_and_goes_on_with_a_text() {
        let image = Image { media_type: "image/png", bytes: Bytes::from_static(b"png") };
        let messages = vec![
            PromptMessage::new(Role::System, "be brief"),
            PromptMessage { images: vec![image], ..PromptMessage::new(Role::User, "what is it") },
        ];
        let parameters = Parameters { temperature: Some(0.5), max_tokens: Some(100), ..Parameters::default() };
        let request =
            Request { parameters, said: Some("A brook \n".into()), ..Request::new("qwen3:8b", messages.clone()) };
        let expected = json!({
            "model": "qwen3:8b",
            "messages": [
                {"role": "system", "content": "be brief"},
                {"role": "user", "content": "what is it", "images": ["cG5n"]},
                {"role": "assistant", "content": "A brook"},
            ],
            "stream": true,
            "options": {"temperature": 0.5, "num_predict": 100},
        });
        assert_eq!(to_wire(&request, Some(Form::Trailing)), expected);
        assert!(to_wire(&Request::new("qwen3:8b", messages), None).get("options").is_none());
    }

    #[test]
    fn only_a_model_that_is_known_to_think_is_told_how_much() {
        let think = |model: &str, thinking, effort| {
            let parameters = Parameters { effort: Some(effort), ..Parameters::default() };
            let capabilities = Capabilities { thinking, ..Capabilities::default() };
            to_wire(&Request { parameters, capabilities, ..Request::new(model, vec![]) }, None)["think"].clone()
        };
        let thinks = Some(Thinking::Always);
        assert_eq!(think("qwen3:8b", thinks, Effort::High), true);
        assert_eq!(think("qwen3:8b", thinks, Effort::None), false);
        assert_eq!(think("gpt-oss:20b", thinks, Effort::None), "low");
        assert_eq!(think("gpt-oss:20b", thinks, Effort::Max), "high");
        assert_eq!(think("llama3", None, Effort::High), Value::Null);
    }

    #[test]
    fn the_last_line_says_the_end_and_an_error_is_one_under_a_200() {
        let done =
            br#"{"message":{"content":""},"done":true,"done_reason":"stop","prompt_eval_count":26,"eval_count":3}"#;
        let event = from_event(done).unwrap();
        assert_eq!((event.finish.as_deref(), event.kind), (Some("stop"), Kind::End));
        assert_eq!(event.usage, usage(Some(26), Some(3), None));
        assert_eq!(from_event(br#"{"error":"out of memory"}"#).unwrap().kind, Kind::Error);
        assert_eq!(from_event(br#"{"status":"loading"}"#).unwrap().kind, Kind::Other);
        // Older ones say no reason.
        assert_eq!(from_event(br#"{"done":true}"#).unwrap().finish, None);
    }
}
