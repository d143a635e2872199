//! Google's `streamGenerateContent`: parts that may be thoughts, counts in every event, and a prompt that may be blocked.

use super::{Event, Kind, Said, budget, object, set, usage};
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
        usage(self.prompt, output, self.thoughts)
    }
}
