//! OpenAI's responses: every event has its number, and a reply that is made in the background outlives the connection.

use super::{Event, Kind, Place, Said, Tokens, object, set};
use crate::providers::{PromptMessage, Request, remote::text::Loose};
use app::wire::{Role, Word};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, json};

/// What the service is asked to write. In the background it goes on when nobody listens, which is what makes it possible to
/// come back; for that it keeps the reply for some days.
pub fn to_wire(request: &Request) -> Value {
    let input: Vec<Value> = request.messages.iter().filter(|message| !message.is_empty()).map(message).collect();
    let mut body = json!({"model": request.model, "input": input, "stream": true, "background": true, "store": true});
    let parameters = &request.parameters;
    set(&mut body, "max_output_tokens", parameters.max_tokens);
    let thinks = request.capabilities.thinks();
    if thinks || parameters.effort.is_some() {
        let mut reasoning = json!({});
        set(&mut reasoning, "effort", parameters.effort.map(Word::word));
        // Its thoughts themselves are not given away.
        reasoning["summary"] = "auto".into();
        body["reasoning"] = reasoning;
    } else {
        // Models that think refuse these.
        set(&mut body, "temperature", parameters.temperature);
        set(&mut body, "top_p", parameters.top_p);
    }
    body
}

fn message(message: &PromptMessage) -> Value {
    let kind = if message.role == Role::Assistant { "output_text" } else { "input_text" };
    let mut content: Vec<Value> =
        message.images.iter().map(|image| json!({"type": "input_image", "image_url": image.data_url()})).collect();
    if !message.text.is_empty() {
        content.push(json!({"type": kind, "text": message.text}));
    }
    json!({"role": message.role, "content": content})
}

pub fn from_event(data: &[u8]) -> Result<Event, serde_json::Error> {
    let body: Body = object(data)?;
    let response = body.response.unwrap_or_default();
    let place = body.number.map(|number| Place { response: response.id.clone(), number });
    let event = match body.kind.as_deref() {
        Some("response.output_text.delta" | "response.refusal.delta") => Event::saying(body.delta.map(Said::Text)),
        Some("response.reasoning_summary_text.delta" | "response.reasoning_text.delta") => {
            Event::saying(body.delta.map(Said::Reasoning))
        }
        // A summary comes in several parts, which are paragraphs.
        Some("response.reasoning_summary_part.added") if body.summary_index.is_some_and(|index| index > 0) => {
            Event::saying([Said::Reasoning(Loose::from("\n\n"))])
        }
        Some("response.completed" | "response.incomplete") => response.ended(),
        // Somebody else cancelled it: that is no end of the model's.
        Some("error" | "response.failed" | "response.cancelled") => Event::error(),
        Some("response.created" | "response.queued" | "response.in_progress") => {
            Event { kind: Kind::Reply, ..Event::default() }
        }
        None if body.error.is_some() => Event::error(),
        // A whole response, where nothing was streamed.
        None => match object::<Response>(data)? {
            whole if whole.output.is_some() => {
                let ended = whole.ended();
                Event { said: whole.said(), ..ended }
            }
            _ => Event::default(),
        },
        Some(_) => Event::default(),
    };
    Ok(Event { place, ..event })
}

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "type")]
    kind: Option<String>,
    delta: Option<Loose>,
    #[serde(rename = "sequence_number")]
    number: Option<u64>,
    summary_index: Option<u64>,
    response: Option<Response>,
    error: Option<IgnoredAny>,
}

#[derive(Default, Deserialize)]
struct Response {
    id: Option<String>,
    status: Option<String>,
    usage: Option<Counts>,
    incomplete_details: Option<Incomplete>,
    output: Option<Vec<Item>>,
}

impl Response {
    fn ended(&self) -> Event {
        let why = self.incomplete_details.as_ref().and_then(|details| details.reason.as_deref());
        let finish = match (self.status.as_deref(), why) {
            (_, Some("max_output_tokens")) => "length",
            (_, Some(other)) => other,
            (Some("incomplete"), None) => "length",
            _ => "stop",
        };
        let usage = self.usage.as_ref().and_then(Counts::read);
        Event { finish: Some(finish.to_owned()), usage, kind: Kind::End, ..Event::default() }
    }

    fn said(self) -> Vec<Said> {
        let items = self.output.into_iter().flatten();
        let texts = items.flat_map(|item| {
            let thoughts = item.summary.into_iter().flatten().filter_map(|part| part.text.map(Said::Reasoning));
            let texts =
                item.content.into_iter().flatten().filter_map(|part| part.text.or(part.refusal).map(Said::Text));
            thoughts.chain(texts).collect::<Vec<_>>()
        });
        texts.filter(|said| !said.is_empty()).collect()
    }
}

#[derive(Deserialize)]
struct Incomplete {
    reason: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    summary: Option<Vec<Part>>,
    content: Option<Vec<Part>>,
}

#[derive(Deserialize)]
struct Part {
    text: Option<Loose>,
    refusal: Option<Loose>,
}

#[derive(Deserialize)]
struct Counts {
    input_tokens: Option<u64>,
    input_tokens_details: Option<Details>,
    output_tokens: Option<u64>,
    output_tokens_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    cached_tokens: Option<u64>,
    reasoning_tokens: Option<u64>,
}

impl Counts {
    fn read(&self) -> Option<app::wire::Usage> {
        let reasoning = self.output_tokens_details.as_ref().and_then(|details| details.reasoning_tokens);
        let cached = self.input_tokens_details.as_ref().and_then(|details| details.cached_tokens);
        Tokens { input: self.input_tokens, cached, kept: None, output: self.output_tokens, reasoning }.usage()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::{Capabilities, Image, Thinking};
    use app::wire::{Effort, Parameters};
    use bytes::Bytes;

    #[test]
    fn asks_to_be_written_in_the_background_with_parts_of_its_own() {
        let image = Image { media_type: "image/png", bytes: Bytes::from_static(b"png") };
        let messages = vec![
            PromptMessage::new(Role::System, "be brief"),
            PromptMessage { images: vec![image], ..PromptMessage::new(Role::User, "what is it") },
            PromptMessage::new(Role::Assistant, "a brook"),
            PromptMessage::new(Role::User, ""),
        ];
        let parameters = Parameters { temperature: Some(0.5), max_tokens: Some(100), ..Parameters::default() };
        let expected = json!({
            "model": "gpt-test",
            "input": [
                {"role": "system", "content": [{"type": "input_text", "text": "be brief"}]},
                {"role": "user", "content": [
                    {"type": "input_image", "image_url": "data:image/png;base64,cG5n"},
                    {"type": "input_text", "text": "what is it"},
                ]},
                {"role": "assistant", "content": [{"type": "output_text", "text": "a brook"}]},
            ],
            "stream": true,
            "background": true,
            "store": true,
            "max_output_tokens": 100,
            "temperature": 0.5,
        });
        assert_eq!(to_wire(&Request { parameters, ..Request::new("gpt-test", messages) }), expected);
    }

    #[test]
    fn a_model_that_thinks_is_asked_for_a_summary_and_not_for_a_temperature() {
        let body = |thinking, effort| {
            let parameters = Parameters { effort, temperature: Some(0.5), ..Parameters::default() };
            let capabilities = Capabilities { thinking, ..Capabilities::default() };
            to_wire(&Request { parameters, capabilities, ..Request::new("gpt-test", vec![]) })
        };
        let asked = body(None, Some(Effort::High));
        assert_eq!(
            (&asked["reasoning"], asked.get("temperature")),
            (&json!({"effort": "high", "summary": "auto"}), None)
        );
        assert_eq!(body(Some(Thinking::Always), None)["reasoning"], json!({"summary": "auto"}));
        assert!(body(None, None).get("reasoning").is_none());
    }

    #[test]
    fn every_event_has_its_place_and_the_end_its_reason() {
        let created = from_event(br#"{"type":"response.created","sequence_number":0,"response":{"id":"resp_1"}}"#);
        assert_eq!(created.unwrap().place, Some(Place { response: Some("resp_1".into()), number: 0 }));
        let refusal =
            from_event(br#"{"type":"response.refusal.delta","sequence_number":7,"delta":"I cannot"}"#).unwrap();
        assert_eq!(refusal.said, [Said::Text("I cannot".into())]);
        assert_eq!(refusal.place, Some(Place { response: None, number: 7 }));
        for (response, finish) in [
            (r#"{"status":"completed"}"#, "stop"),
            (r#"{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"}}"#, "length"),
            (r#"{"status":"incomplete","incomplete_details":{"reason":"content_filter"}}"#, "content_filter"),
            (r#"{"status":"incomplete"}"#, "length"),
        ] {
            let event = format!(r#"{{"type":"response.incomplete","response":{response}}}"#);
            let event = from_event(event.as_bytes()).unwrap();
            assert_eq!((event.finish.as_deref(), event.kind), (Some(finish), Kind::End), "{response}");
        }
        for kind in ["error", "response.failed", "response.cancelled"] {
            assert_eq!(from_event(format!(r#"{{"type":"{kind}"}}"#).as_bytes()).unwrap().kind, Kind::Error);
        }
        assert_eq!(from_event(br#"{"type":"response.something_new"}"#).unwrap(), Event::default());
    }
}
