//! Google's `streamGenerateContent`: parts that may be thoughts, counts in every event, and a prompt that may be blocked.

use super::{Event, Kind, Said, Tokens, budget, object, set};
use crate::providers::{
    Image, PromptMessage, Request, Thinking,
    prefill::{Form, sent},
    remote::text::Loose,
};
use app::wire::{Effort, Role};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, json};

/// `models/gemini-3-flash` is asked below that name.
pub fn path(model: &str) -> (Vec<String>, Option<(&'static str, &'static str)>) {
    let model = model.strip_prefix("models/").unwrap_or(model);
    (vec!["models".to_owned(), format!("{model}:streamGenerateContent")], Some(("alt", "sse")))
}

pub fn to_wire(request: &Request, form: Option<Form>) -> Value {
    let (system, others): (Vec<_>, Vec<_>) = request.messages.iter().partition(|message| message.role == Role::System);
    let mut contents: Vec<Value> = others.into_iter().filter(|message| !message.is_empty()).map(content).collect();
    if let Some(said) = request.said.as_deref().map(sent).filter(|said| !said.is_empty() && form.is_some()) {
        contents.push(json!({"role": "model", "parts": [{"text": said}]}));
    }
    let mut body = json!({"contents": contents});
    if !system.is_empty() {
        let parts: Vec<_> = system.iter().map(|message| json!({"text": message.text})).collect();
        body["systemInstruction"] = json!({"parts": parts});
    }
    let mut generation = json!({});
    set(&mut generation, "temperature", request.parameters.temperature);
    set(&mut generation, "topP", request.parameters.top_p);
    set(&mut generation, "maxOutputTokens", request.parameters.max_tokens);
    set(&mut generation, "thinkingConfig", thinking(request));
    if generation != json!({}) {
        body["generationConfig"] = generation;
    }
    body
}

/// A model that thinks does so unasked, and says what it thought where it is asked to; another refuses the question.
fn thinking(request: &Request) -> Option<Value> {
    let effort = request.parameters.effort;
    if request.capabilities.thinking.is_none_or(|thinking| thinking == Thinking::Never) {
        return None;
    }
    let mut config = json!({"includeThoughts": true});
    // Two generations of models, two ways to say how much; each refuses the other's.
    let by_number = ["gemini-2", "gemini-robotics"].iter().any(|name| request.model.contains(name));
    match effort {
        Some(effort) if by_number => config["thinkingBudget"] = budget(effort).min(24_576).into(),
        Some(effort) => {
            config["thinkingLevel"] = match effort {
                Effort::None | Effort::Minimal => "MINIMAL",
                Effort::Low => "LOW",
                Effort::Medium => "MEDIUM",
                Effort::High | Effort::XHigh | Effort::Max => "HIGH",
            }
            .into();
        }
        None => {}
    }
    Some(config)
}

fn content(message: &PromptMessage) -> Value {
    let mut parts: Vec<Value> = message.images.iter().map(image).collect();
    if !message.text.is_empty() {
        parts.push(json!({"text": message.text}));
    }
    let role = if message.role == Role::Assistant { "model" } else { "user" };
    json!({"role": role, "parts": parts})
}

fn image(image: &Image) -> Value {
    json!({"inlineData": {"mimeType": image.media_type, "data": image.base64()}})
}

pub fn from_event(data: &[u8]) -> Result<Event, serde_json::Error> {
    let body: Body = object(data)?;
    if body.error.is_some() {
        return Ok(Event::error());
    }
    let counts = body.usage.map(Counts::read);
    let blocked = body.feedback.and_then(|feedback| feedback.reason).is_some();
    // Only one is asked for; others would be other replies.
    let candidate = body.candidates.into_iter().flatten().find(|candidate| candidate.index.unwrap_or(0) == 0);
    let Some(candidate) = candidate else {
        // The prompt was refused before a word was said.
        let finish = blocked.then(|| "content_filter".to_owned());
        let kind = if blocked || counts.is_some() { Kind::Reply } else { Kind::Other };
        return Ok(Event { usage: counts.flatten(), finish, kind, ..Event::default() });
    };
    let parts = candidate.content.and_then(|content| content.parts).into_iter().flatten();
    let said = parts.filter_map(|part| {
        let text = part.text?;
        Some(if part.thought.unwrap_or(false) { Said::Reasoning(text) } else { Said::Text(text) })
    });
    Ok(Event {
        usage: counts.flatten(),
        finish: candidate.finish.map(Loose::into_text).and_then(finish),
        ..Event::saying(said)
    })
}

fn finish(reason: String) -> Option<String> {
    Some(match reason.as_str() {
        "" | "FINISH_REASON_UNSPECIFIED" => return None,
        "STOP" => "stop".to_owned(),
        "MAX_TOKENS" => "length".to_owned(),
        "SAFETY"
        | "RECITATION"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION"
        | "MODEL_ARMOR" => "content_filter".to_owned(),
        _ => reason.to_lowercase(),
    })
}

#[derive(Deserialize)]
struct Body {
    candidates: Option<Vec<Candidate>>,
    #[serde(rename = "promptFeedback")]
    feedback: Option<Feedback>,
    #[serde(rename = "usageMetadata")]
    usage: Option<Counts>,
    error: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Candidate {
    index: Option<u64>,
    content: Option<Content>,
    #[serde(rename = "finishReason")]
    finish: Option<Loose>,
}

#[derive(Deserialize)]
struct Content {
    parts: Option<Vec<Part>>,
}

#[derive(Deserialize)]
struct Part {
    text: Option<Loose>,
    thought: Option<bool>,
}

#[derive(Deserialize)]
struct Feedback {
    #[serde(rename = "blockReason")]
    reason: Option<IgnoredAny>,
}

/// Up to here, of the whole reply. What was thought is not among the candidate's own tokens.
#[derive(Deserialize)]
struct Counts {
    #[serde(rename = "promptTokenCount")]
    prompt: Option<u64>,
    #[serde(rename = "cachedContentTokenCount")]
    cached: Option<u64>,
    #[serde(rename = "candidatesTokenCount")]
    candidates: Option<u64>,
    #[serde(rename = "thoughtsTokenCount")]
    thoughts: Option<u64>,
}

impl Counts {
    fn read(self) -> Option<app::wire::Usage> {
        let output = match (self.candidates, self.thoughts) {
            (None, None) => None,
            (said, thought) => Some(said.unwrap_or(0).saturating_add(thought.unwrap_or(0))),
        };
        Tokens { input: self.prompt, cached: self.cached, kept: None, output, reasoning: self.thoughts }.usage()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::usage, *};
    use crate::providers::Capabilities;
    use app::wire::Parameters;
    use bytes::Bytes;

    #[test]
    fn asks_with_roles_parts_and_settings_of_its_own() {
        let image = Image { media_type: "image/webp", bytes: Bytes::from_static(b"webp") };
        let messages = vec![
            PromptMessage::new(Role::System, "be brief"),
            PromptMessage { images: vec![image], ..PromptMessage::new(Role::User, "what is it") },
            PromptMessage::new(Role::Assistant, "a brook"),
            PromptMessage::new(Role::Assistant, ""),
            PromptMessage::new(Role::User, "sure?"),
        ];
        let parameters =
            Parameters { temperature: Some(0.5), top_p: Some(0.9), max_tokens: Some(100), ..Parameters::default() };
        let request = Request { parameters, ..Request::new("models/gemini-test", messages) };
        let expected = json!({
            "systemInstruction": {"parts": [{"text": "be brief"}]},
            "contents": [
                {"role": "user", "parts": [
                    {"inlineData": {"mimeType": "image/webp", "data": "d2VicA=="}},
                    {"text": "what is it"},
                ]},
                {"role": "model", "parts": [{"text": "a brook"}]},
                {"role": "user", "parts": [{"text": "sure?"}]},
            ],
            "generationConfig": {"temperature": 0.5, "topP": 0.9, "maxOutputTokens": 100},
        });
        assert_eq!(to_wire(&request, None), expected);
        let at = (vec!["models".to_owned(), "gemini-test:streamGenerateContent".to_owned()], Some(("alt", "sse")));
        assert_eq!((path("models/gemini-test"), path("gemini-test")), (at.clone(), at));
    }

    #[test]
    fn thoughts_are_asked_for_where_the_model_has_them_as_each_generation_takes_it() {
        let config = |model: &str, thinking, effort| {
            let parameters = Parameters { effort, ..Parameters::default() };
            let capabilities = Capabilities { thinking, ..Capabilities::default() };
            let request = Request { parameters, capabilities, ..Request::new(model, vec![]) };
            to_wire(&request, None)["generationConfig"]["thinkingConfig"].clone()
        };
        let thinks = Some(Thinking::Always);
        assert_eq!(config("gemini-3-pro", thinks, None), json!({"includeThoughts": true}));
        assert_eq!(config("gemini-3-pro", thinks, Some(Effort::Max))["thinkingLevel"], "HIGH");
        assert_eq!(config("gemini-2.5-flash", thinks, Some(Effort::None))["thinkingBudget"], 0);
        assert_eq!(config("gemini-2.5-flash", thinks, Some(Effort::Max))["thinkingBudget"], 24_576);
        for unknown in [None, Some(Thinking::Never)] {
            assert_eq!(config("gemini-2.0-flash", unknown, Some(Effort::High)), Value::Null);
        }
    }

    #[test]
    fn what_was_thought_counts_as_output_and_a_stop_is_in_the_words_of_all() {
        let counts = br#"{"usageMetadata":{"promptTokenCount":4,"candidatesTokenCount":6,"thoughtsTokenCount":36}}"#;
        assert_eq!(from_event(counts).unwrap().usage, usage(Some(4), Some(42), Some(36)));
        for (reason, finish) in [
            ("STOP", Some("stop")),
            ("MAX_TOKENS", Some("length")),
            ("SAFETY", Some("content_filter")),
            ("RECITATION", Some("content_filter")),
            ("LANGUAGE", Some("language")),
            ("FINISH_REASON_UNSPECIFIED", None),
        ] {
            let event = format!(r#"{{"candidates":[{{"finishReason":"{reason}"}}]}}"#);
            assert_eq!(from_event(event.as_bytes()).unwrap().finish.as_deref(), finish);
        }
    }
}
