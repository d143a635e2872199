//! OpenAI's chat completions, as everybody speaks them: the request, and the chunks and whole replies that come back.

use super::{Event, Kind, Said, Tokens, object, set};
use crate::providers::{
    Image, PromptMessage, Request,
    prefill::{Form, sent},
    remote::text::Loose,
};
use app::wire::Word;
use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Value, json};

pub fn to_wire(request: &Request, form: Option<Form>) -> Value {
    let mut messages: Vec<_> = request.messages.iter().map(message).collect();
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
    let parameters = &request.parameters;
    set(&mut body, "temperature", parameters.temperature);
    set(&mut body, "top_p", parameters.top_p);
    set(&mut body, "max_tokens", parameters.max_tokens);
    set(&mut body, "reasoning_effort", parameters.effort.map(Word::word));
    body
}

/// Text alone is sent as text: not every server takes it in parts.
fn message(message: &PromptMessage) -> Value {
    if message.images.is_empty() {
        return json!({"role": message.role, "content": message.text});
    }
    let mut content: Vec<Value> = message.images.iter().map(image).collect();
    if !message.text.is_empty() {
        content.push(json!({"type": "text", "text": message.text}));
    }
    json!({"role": message.role, "content": content})
}

fn image(image: &Image) -> Value {
    json!({"type": "image_url", "image_url": {"url": image.data_url()}})
}

pub fn from_event(data: &[u8]) -> Result<Event, serde_json::Error> {
    if data.trim_ascii() == b"[DONE]" {
        return Ok(Event { kind: Kind::End, ..Event::default() });
    }
    let body: Body = object(data)?;
    // Baidu tells of errors in fields of its own, beside those of a reply.
    let failed = body.error_code.as_ref().is_some_and(|code| !matches!(code.as_u64(), Some(0)));
    if body.error.is_some() || failed || body.object.is_some_and(|object| object == "error") {
        return Ok(Event::error());
    }
    let counts = body.usage.as_ref().and_then(|counts| {
        // DeepSeek has a name of its own for what it had read before.
        let cached = counts["prompt_tokens_details"]["cached_tokens"].as_u64();
        Tokens {
            input: counts["prompt_tokens"].as_u64(),
            cached: cached.or(counts["prompt_cache_hit_tokens"].as_u64()),
            kept: None,
            output: counts["completion_tokens"].as_u64(),
            reasoning: counts["completion_tokens_details"]["reasoning_tokens"].as_u64(),
        }
        .usage()
    });
    let kind = if body.choices.is_some() { Kind::Reply } else { Kind::Other };
    // Only one is asked for; others would be other replies.
    let Some(choice) = body.choices.into_iter().flatten().find(|choice| choice.index.unwrap_or(0) == 0) else {
        return Ok(Event { usage: counts, kind, ..Event::default() });
    };
    let finish = choice.finish_reason.map(Loose::into_text).filter(|reason| !reason.is_empty());
    let said = choice.delta.or(choice.message).map(|said| {
        // Some servers send the same thoughts under both names.
        let reasoning = first([said.reasoning_content, said.reasoning]);
        // A refusal comes in the place of the content, and is what the person is to read.
        [Said::Reasoning(reasoning), Said::Text(first([said.content, said.refusal]))]
    });
    // Baidu's word.
    let finish = finish.map(|reason| if reason == "normal" { "stop".to_owned() } else { reason });
    Ok(Event { usage: counts, finish, ..Event::saying(said.into_iter().flatten()) })
}

fn first(fields: [Option<Loose>; 2]) -> Loose {
    fields.into_iter().flatten().find(|field| !field.is_empty()).unwrap_or_default()
}

#[derive(Deserialize)]
struct Body {
    choices: Option<Vec<Choice>>,
    usage: Option<Value>,
    error: Option<IgnoredAny>,
    error_code: Option<Value>,
    object: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    index: Option<u64>,
    /// In a stream.
    delta: Option<Delta>,
    /// In a whole reply.
    message: Option<Delta>,
    finish_reason: Option<Loose>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<Loose>,
    refusal: Option<Loose>,
    reasoning_content: Option<Loose>,
    reasoning: Option<Loose>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::wire::{Effort, Parameters, Role, Usage};

    fn event(data: &str) -> Event {
        from_event(data.as_bytes()).unwrap()
    }

    #[test]
    fn asks_for_a_stream_with_usage() {
        let message = |role, text: &str| PromptMessage::new(role, text);
        let messages =
            vec![message(Role::System, "be brief"), message(Role::User, "hi"), message(Role::Assistant, "\"")];
        let body = to_wire(&Request::new("m/1", messages), None);
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
        let messages = vec![PromptMessage::new(Role::User, "go")];
        let request = Request { said, ..Request::new("m", messages) };
        let body = |form| to_wire(&request, form);
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
        let blank = to_wire(&blank, Some(Form::Trailing));
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
            assert_eq!(event.said, [Said::Reasoning("a".into())], "{delta}");
        }
    }

    #[test]
    fn reads_usage_as_far_as_it_goes() {
        let full = r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5,"completion_tokens_details":{"reasoning_tokens":2}}}"#;
        let expected =
            Usage { input_tokens: Some(3), output_tokens: Some(5), reasoning_tokens: Some(2), ..Usage::default() };
        assert_eq!(event(full).usage, Some(expected));
        for cached in [r#""prompt_tokens_details":{"cached_tokens":2}"#, r#""prompt_cache_hit_tokens":2"#] {
            let usage = event(&format!(r#"{{"choices":[],"usage":{{"prompt_tokens":3,{cached}}}}}"#)).usage;
            let expected = Usage { input_tokens: Some(3), cached_tokens: Some(2), ..Usage::default() };
            assert_eq!(usage, Some(expected));
        }
        assert_eq!(event(r#"{"choices":[],"usage":null}"#).usage, None);
        assert_eq!(event(r#"{"choices":[],"usage":{"prompt_tokens":-1}}"#).usage, None);
        let half = event(r#"{"choices":[],"usage":{"completion_tokens":5,"completion_tokens_details":null}}"#);
        assert_eq!(half.usage, Some(Usage { output_tokens: Some(5), ..Usage::default() }));
    }

    #[test]
    fn takes_the_first_choice_only() {
        let event = event(r#"{"choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"content":"a"}}]}"#);
        assert_eq!(event.said, [Said::Text("a".into())]);
    }

    #[test]
    fn an_empty_finish_reason_is_none() {
        assert_eq!(event(r#"{"choices":[{"delta":{},"finish_reason":""}]}"#).finish, None);
        assert_eq!(event(r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#).finish.as_deref(), Some("length"));
    }

    #[test]
    fn a_refusal_is_what_the_model_says() {
        let event = event(r#"{"choices":[{"delta":{"content":null,"refusal":"I cannot"}}]}"#);
        assert_eq!(event.said, [Said::Text("I cannot".into())]);
    }

    #[test]
    fn knows_errors_and_the_end_from_strangers() {
        for (data, kind) in [
            (r#"{"error":{"message":"a"}}"#, Kind::Error),
            (r#"{"object":"error","message":"a"}"#, Kind::Error),
            // Baidu's way, beside the fields of a reply or without them.
            (r#"{"error_code":336103,"error_msg":"a"}"#, Kind::Error),
            (r#"{"choices":[],"error_code":0}"#, Kind::Reply),
            (r#"{"choices":[],"error":null}"#, Kind::Reply),
            (r#"{"hello":1}"#, Kind::Other),
            (" [DONE] ", Kind::End),
        ] {
            assert_eq!(event(data).kind, kind, "{data}");
        }
        for data in ["", "[]", "[[],null,null,null]", "7", "{", r#"{"choices":[{"delta":{"content":["a"]}}]}"#] {
            assert!(from_event(data.as_bytes()).is_err(), "{data}");
        }
    }

    #[test]
    fn sends_images_in_parts_and_text_alone_as_text() {
        let image = Image { media_type: "image/png", bytes: bytes::Bytes::from_static(b"png") };
        let messages = vec![PromptMessage { images: vec![image], ..PromptMessage::new(Role::User, "what is it") }];
        let body = to_wire(&Request::new("m", messages), None);
        let expected = json!([
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,cG5n"}},
            {"type": "text", "text": "what is it"},
        ]);
        assert_eq!(body["messages"][0]["content"], expected);
    }

    #[test]
    fn sends_only_what_a_person_set() {
        let parameters = Parameters { temperature: Some(0.5), effort: Some(Effort::High), ..Parameters::default() };
        let body = to_wire(&Request { parameters, ..Request::new("m", vec![]) }, None);
        assert_eq!((&body["temperature"], &body["reasoning_effort"]), (&json!(0.5), &json!("high")));
        assert!(body.get("top_p").is_none() && body.get("max_tokens").is_none());
    }
}
