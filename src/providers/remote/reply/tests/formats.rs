//! What each format does when something goes wrong, and in a body that is no stream.

use super::*;

/// What each format says before it breaks off, or breaks: the same is heard of all.
#[tokio::test]
async fn an_error_behind_a_200_is_told_in_every_format() {
    let busy = |message: &str| Error::Busy { provider: "Test".into(), message: message.into(), retry_after: None };
    let anthropic = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
    let gemini = "{\n  \"error\": {\n    \"code\": 503,\n    \"message\": \"The model is overloaded.\",\n    \"status\": \"UNAVAILABLE\"\n  }\n}\n";
    let listed = format!("[{gemini}]");
    let ollama = "{\"error\":\"llama runner process has terminated\"}\n";
    let failed = "event: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":3,\"response\":{\"id\":\"resp_1\",\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"The model failed\"}}}\n\n";
    let event = "event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"The model failed\",\"sequence_number\":3}\n\n";
    for (format, before, frame, expected) in [
        (Format::Anthropic, ANTHROPIC_HI, anthropic, busy("Overloaded")),
        (Format::Gemini, GEMINI_HI, gemini, busy("The model is overloaded.")),
        (Format::Gemini, GEMINI_HI, listed.as_str(), busy("The model is overloaded.")),
        (Format::Gemini, GEMINI_HI, "data: {\"error\": {\"code\": 503, \"message\": \"no\"}}\r\n\r\n", busy("no")),
        (Format::Ollama, OLLAMA_HI, ollama, refused("llama runner process has terminated")),
        (Format::Responses, RESPONSES_HI, failed, busy("The model failed")),
        (Format::Responses, RESPONSES_HI, event, busy("The model failed")),
    ] {
        for size in [1, 7, 4096] {
            let whole = [before, frame].concat();
            let (heard, result) = hear_in(format, whole.as_bytes().chunks(size), false).await;
            assert_eq!((heard.text.as_str(), result), ("hi", Err(expected.clone())), "{frame}");
            let (heard, result) = hear_in(format, frame.as_bytes().chunks(size), false).await;
            assert_eq!((heard.text.as_str(), result), ("", Err(expected.clone())), "{frame} alone");
        }
    }
}

const ANTHROPIC_HI: &str =
    "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"hi\"}}\n\n";
const GEMINI_HI: &str = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hi\"}]}}]}\r\n\r\n";
const OLLAMA_HI: &str = "{\"message\":{\"content\":\"hi\"},\"done\":false}\n";
const RESPONSES_HI: &str = "data: {\"type\":\"response.output_text.delta\",\"sequence_number\":2,\"delta\":\"hi\"}\n\n";

#[tokio::test]
async fn no_format_invents_an_end_or_loses_what_came_before() {
    for (format, hi) in [
        (Format::Anthropic, ANTHROPIC_HI),
        (Format::Gemini, GEMINI_HI),
        (Format::Ollama, OLLAMA_HI),
        (Format::Responses, RESPONSES_HI),
    ] {
        for rest in ["", "data: {\"unknown\":1}\n\n", "\n\n", "{\"unknown\":1}\n"] {
            // A line that is bare JSON in an event stream is an error's body; the last of these is no such thing here.
            if format != Format::Ollama && rest.starts_with('{') || format == Format::Ollama && rest.starts_with('d') {
                continue;
            }
            assert_eq!(
                hear_in(format, [hi.as_bytes(), rest.as_bytes()], false).await,
                (text("hi"), Err(cut())),
                "{rest}"
            );
        }
        let (heard, result) = hear_in(format, [b"<!doctype html><p>Sign in".as_slice()], false).await;
        assert!(matches!(result, Err(Error::Malformed { .. })) && heard == text(""), "{format:?}: {result:?}");
        let huge = vec![b'x'; LONGEST + 10];
        let (heard, result) = hear_in(format, [hi.as_bytes(), &huge], false).await;
        assert!(matches!(result, Err(Error::Malformed { .. })) && heard == text("hi"), "{format:?}: {result:?}");
    }
}

#[tokio::test]
async fn a_blocked_prompt_is_a_reply_without_a_word() {
    let blocked = "data: {\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"},\"usageMetadata\":{\"promptTokenCount\":4}}\n\n";
    let (heard, result) = hear_in(Format::Gemini, [blocked.as_bytes()], false).await;
    assert_eq!((heard.text.as_str(), heard.finish, result), ("", vec!["content_filter".to_owned()], Ok(())));
}

#[tokio::test]
async fn takes_a_whole_reply_in_every_format() {
    for (format, body, finish) in [
        (
            Format::Anthropic,
            r#"{"type":"message","content":[{"type":"thinking","thinking":"hm"},{"type":"text","text":"hi"}],"stop_reason":"end_turn"}"#,
            "stop",
        ),
        (
            Format::Gemini,
            r#"[{"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"hi"}]},"finishReason":"MAX_TOKENS"}]}]"#,
            "length",
        ),
        (Format::Ollama, r#"{"message":{"content":"hi","thinking":"hm"},"done":true,"done_reason":"stop"}"#, "stop"),
        (
            Format::Responses,
            r#"{"object":"response","status":"incomplete","incomplete_details":{"reason":"content_filter"},"output":[{"type":"reasoning","summary":[{"text":"hm"}]},{"type":"message","content":[{"type":"output_text","text":"hi"}]}]}"#,
            "content_filter",
        ),
    ] {
        let (heard, result) = hear_in(format, body.as_bytes().chunks(5), false).await;
        let told = (heard.text.as_str(), heard.reasoning.as_str(), heard.finish, result);
        assert_eq!(told, ("hi", "hm", vec![finish.to_owned()], Ok(())), "{format:?}");
    }
}

/// Whatever event the bookmark names, and however much was heard behind it: the rest is heard once.
#[tokio::test]
async fn a_reply_that_is_kept_goes_on_behind_any_bookmark_without_a_word_twice() {
    let recording = RECORDINGS.iter().find(|recording| recording.format == Format::Responses).unwrap();
    let whole = String::from_utf8_lossy(recording.bytes);
    let events: Vec<&str> = whole.split_inclusive("\n\n").collect();
    let truth = recording.expected();
    for heard_to in 1..events.len() {
        let (before, _) = hear_in(Format::Responses, [events[..heard_to].concat().as_bytes()], false).await;
        for bookmark in 1..=heard_to {
            let (marked, _) = hear_in(Format::Responses, [events[..bookmark].concat().as_bytes()], false).await;
            let text = (before.text.len() - marked.text.len()) as u64;
            let reasoning = (before.reasoning.len() - marked.reasoning.len()) as u64;
            let resume = Resume { place: String::new(), text, reasoning };
            let mut heard =
                Heard { text: before.text.clone(), reasoning: before.reasoning.clone(), ..Heard::default() };
            let peer = peer();
            let reply = Reply::new(Format::Responses, &peer, soon(), &mut heard);
            let mut reply = reply.resuming("resp_68a1".into(), bookmark as u64 - 1, &resume);
            let rest = events[bookmark..].concat();
            let rest = stream::iter(rest.as_bytes().chunks(17).map(|piece| Ok::<_, ()>(Bytes::copy_from_slice(piece))));
            assert_eq!(reply.read(rest).await, Ok(()));
            assert_eq!(heard, truth, "bookmark {bookmark}, heard to {heard_to}");
        }
    }
}

#[tokio::test]
async fn an_id_that_could_not_be_asked_for_is_not_kept() {
    for id in ["../x", "a b", "", "a/b", "résp"] {
        let created = format!(
            "data: {{\"type\":\"response.created\",\"sequence_number\":0,\"response\":{{\"id\":\"{id}\"}}}}\n\n"
        );
        let (peer, mut heard) = (peer(), Heard::default());
        let mut reply = Reply::new(Format::Responses, &peer, soon(), &mut heard);
        let body = stream::iter([Ok::<_, ()>(Bytes::from(created + RESPONSES_HI))]);
        assert_eq!(reply.read(body).await, Err(cut()));
        assert_eq!(reply.kept(), None, "{id}");
    }
}
