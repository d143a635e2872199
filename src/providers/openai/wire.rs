//! The JSON of chat completions: the request, and the chunks and whole replies that come back.

use super::text::Loose;
use crate::providers::{
    Request,
    prefill::{Form, sent},
};
use app::wire::Usage;
use serde::{
    Deserialize,
    de::{Error as _, IgnoredAny},
};
use serde_json::{Value, json};

/// The body of a request. With a `form`, what the reply already says is its last message.
pub fn to_wire(request: &Request, form: Option<Form>) -> Vec<u8> {
    let mut messages: Vec<_> =
        request.messages.iter().map(|message| json!({"role": message.role, "content": message.text})).collect();
    let mut body = json!({
        "model": request.model,
        "stream": true,
        "stream_options": {"include_usage": true},
    });
    let said = request.said.as_deref().map(sent).filter(|said| !said.is_empty());
    if let Some((said, form)) = said.zip(form) {
        let mut last = json!({"role": "assistant", "content": said});
        match form {
            Form::Trailing => {}
            Form::FinalMessage => {
                body["continue_final_message"] = true.into();
                body["add_generation_prompt"] = false.into();
            }
            Form::Prefix(_) => last["prefix"] = true.into(),
        }
        messages.push(last);
    }
    body["messages"] = messages.into();
    body.to_string().into_bytes()
}

/// What one frame says, or a whole reply that was not streamed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Event {
    pub reasoning: Loose,
    pub text: Loose,
    pub usage: Option<Usage>,
    pub finish: Option<String>,
    /// It has the list of choices, which an error or a stranger's JSON has not.
    pub choices: bool,
    /// It is an error.
    pub error: bool,
}

/// Reads a frame's data. Fails for what is no JSON, or has text that is no string.
pub fn from_event(data: &[u8]) -> Result<Event, serde_json::Error> {
    // Derived structs can be read from arrays as well.
    if !data.trim_ascii_start().starts_with(b"{") {
        return Err(serde_json::Error::custom("not an object"));
    }
    let body: Body = serde_json::from_slice(data)?;
    let mut event = Event {
        usage: body.usage.as_ref().and_then(usage),
        choices: body.choices.is_some(),
        error: body.error.is_some() || body.object.is_some_and(|object| object == "error"),
        ..Event::default()
    };
    // Only one is asked for; others would be other replies.
    let Some(choice) = body.choices.into_iter().flatten().find(|choice| choice.index.unwrap_or(0) == 0) else {
        return Ok(event);
    };
    event.finish = choice.finish_reason.map(Loose::into_text).filter(|reason| !reason.is_empty());
    if let Some(said) = choice.delta.or(choice.message) {
        // Some servers send the same thoughts under both names.
        event.reasoning = first([said.reasoning_content, said.reasoning]);
        // A refusal comes in the place of the content, and is what the person is to read.
        event.text = first([said.content, said.refusal]);
    }
    Ok(event)
}

fn first(fields: [Option<Loose>; 2]) -> Loose {
    fields.into_iter().flatten().find(|field| !field.is_empty()).unwrap_or_default()
}

/// The counts that are there, or none if none is.
fn usage(usage: &Value) -> Option<Usage> {
    let usage = Usage {
        input_tokens: usage["prompt_tokens"].as_u64(),
        output_tokens: usage["completion_tokens"].as_u64(),
        reasoning_tokens: usage["completion_tokens_details"]["reasoning_tokens"].as_u64(),
    };
    (usage != Usage::default()).then_some(usage)
}

#[derive(Deserialize)]
struct Body {
    choices: Option<Vec<Choice>>,
    usage: Option<Value>,
    error: Option<IgnoredAny>,
    object: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    index: Option<u64>,
    /// In a stream.
    delta: Option<Said>,
    /// In a whole reply.
    message: Option<Said>,
    finish_reason: Option<Loose>,
}

#[derive(Deserialize)]
struct Said {
    content: Option<Loose>,
    refusal: Option<Loose>,
    reasoning_content: Option<Loose>,
    reasoning: Option<Loose>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::PromptMessage;
    use app::wire::Role;

    fn event(data: &str) -> Event {
        from_event(data.as_bytes()).unwrap()
    }

    #[test]
    fn asks_for_a_stream_with_usage() {
        let message = |role, text: &str| PromptMessage { role, text: text.into() };
        let request = Request {
            model: "m/1".into(),
            messages: vec![
                message(Role::System, "be brief"),
                message(Role::User, "hi"),
                message(Role::Assistant, "\""),
            ],
            said: None,
        };
        let body: Value = serde_json::from_slice(&to_wire(&request, None)).unwrap();
        let expected = json!({
            "model": "m/1",
            "messages": [
                {"role": "system", "content": "be brief"},
                {"role": "user", "content": "hi"},
                {"role": "assistant", "content": "\""},
            ],
            "stream": true,
            "stream_options": {"include_usage": true},
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn goes_on_with_a_text_as_each_server_wants_it() {
        let said = Some("The brook \n".to_owned());
        let messages = vec![PromptMessage { role: Role::User, text: "go".into() }];
        let request = Request { model: "m".into(), messages, said };
        let body = |form| serde_json::from_slice::<Value>(&to_wire(&request, form)).unwrap();
        let last = |body: &Value| body["messages"].as_array().unwrap().last().unwrap().clone();
        let trailing = body(Some(Form::Trailing));
        assert_eq!(last(&trailing), json!({"role": "assistant", "content": "The brook"}));
        assert_eq!(trailing["messages"].as_array().unwrap().len(), 2);
        let of_final = body(Some(Form::FinalMessage));
        assert_eq!(last(&of_final), last(&trailing));
        assert_eq!(
            (&of_final["continue_final_message"], &of_final["add_generation_prompt"]),
            (&json!(true), &json!(false))
        );
        assert_eq!(
            last(&body(Some(Form::Prefix(None)))),
            json!({"role": "assistant", "content": "The brook", "prefix": true})
        );
        let blank = Request { said: Some(" \n".into()), ..request.clone() };
        let blank: Value = serde_json::from_slice(&to_wire(&blank, Some(Form::Trailing))).unwrap();
        assert_eq!(last(&blank), json!({"role": "user", "content": "go"}));
    }

    #[test]
    fn reads_reasoning_under_either_name_once() {
        for delta in [
            r#"{"reasoning_content":"a"}"#,
            r#"{"reasoning":"a"}"#,
            r#"{"reasoning_content":"a","reasoning":"a"}"#,
            r#"{"reasoning_content":"","reasoning":"a","content":null}"#,
        ] {
            let event = event(&format!(r#"{{"choices":[{{"index":0,"delta":{delta}}}]}}"#));
            assert_eq!(event.reasoning.into_text(), "a", "{delta}");
            assert!(event.text.is_empty());
        }
    }

    #[test]
    fn reads_usage_as_far_as_it_goes() {
        let full = r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5,"completion_tokens_details":{"reasoning_tokens":2}}}"#;
        let expected = Usage { input_tokens: Some(3), output_tokens: Some(5), reasoning_tokens: Some(2) };
        assert_eq!(event(full).usage, Some(expected));
        assert_eq!(event(r#"{"choices":[],"usage":null}"#).usage, None);
        assert_eq!(event(r#"{"choices":[],"usage":{"prompt_tokens":-1}}"#).usage, None);
        let half = event(r#"{"choices":[],"usage":{"completion_tokens":5,"completion_tokens_details":null}}"#);
        assert_eq!(half.usage, Some(Usage { output_tokens: Some(5), ..Usage::default() }));
    }

    #[test]
    fn takes_the_first_choice_only() {
        let event = event(r#"{"choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"content":"a"}}]}"#);
        assert_eq!(event.text.into_text(), "a");
    }

    #[test]
    fn an_empty_finish_reason_is_none() {
        assert_eq!(event(r#"{"choices":[{"delta":{},"finish_reason":""}]}"#).finish, None);
        assert_eq!(event(r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#).finish.as_deref(), Some("length"));
    }

    #[test]
    fn a_refusal_is_what_the_model_says() {
        let event = event(r#"{"choices":[{"delta":{"content":null,"refusal":"I cannot"}}]}"#);
        assert_eq!(event.text.into_text(), "I cannot");
    }

    #[test]
    fn knows_errors_from_strangers() {
        assert!(event(r#"{"error":{"message":"a"}}"#).error);
        assert!(event(r#"{"object":"error","message":"a"}"#).error);
        assert!(!event(r#"{"choices":[],"error":null}"#).error);
        assert!(!event(r#"{"hello":1}"#).choices);
        for data in ["", "[]", "[[],null,null,null]", "7", "{", r#"{"choices":[{"delta":{"content":["a"]}}]}"#] {
            assert!(from_event(data.as_bytes()).is_err(), "{data}");
        }
    }
}
