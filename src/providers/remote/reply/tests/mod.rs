//! Recorded and broken streams, read from memory: whole, byte by byte, and cut at every byte.

use super::{
    recordings::{RECORDINGS, Recording},
    *,
};
use futures::stream;
use tokio::time::{Instant, sleep};

impl Recording {
    /// The same with line feeds replaced; those inside the JSON are escaped.
    fn with_line_end(&self, end: &str) -> Vec<u8> {
        String::from_utf8_lossy(self.bytes).replace('\n', end).into_bytes()
    }

    fn expected(&self) -> Heard {
        let (input, output, reasoning_tokens) = self.usage;
        let (cached_tokens, kept_tokens) = self.cached;
        Heard {
            text: self.text.into(),
            reasoning: self.reasoning.into(),
            finish: vec![self.finish.into()],
            usage: vec![Usage {
                input_tokens: Some(input),
                cached_tokens,
                kept_tokens,
                output_tokens: Some(output),
                reasoning_tokens,
                ..Usage::default()
            }],
        }
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Heard {
    text: String,
    reasoning: String,
    finish: Vec<String>,
    usage: Vec<Usage>,
}

#[async_trait::async_trait]
impl Sink for Heard {
    async fn push(&mut self, chunk: Chunk) {
        match chunk {
            Chunk::Text(text) | Chunk::Reasoning(text) if text.is_empty() || text.contains('\0') => {
                panic!("empty, or with NUL: {text:?}")
            }
            Chunk::Text(text) => self.text += &text,
            Chunk::Reasoning(text) => self.reasoning += &text,
            Chunk::Finish(reason) => self.finish.push(reason),
            Chunk::Usage(usage) => self.usage.push(usage),
            Chunk::Bookmark(place) => {
                let read = place.split_once(' ').map(|(id, number)| (is_id(id), number.parse::<u64>().is_ok()));
                assert_eq!(read, Some((true, true)), "{place}");
            }
        }
    }
}

fn peer() -> Peer {
    Peer {
        name: "Test".into(),
        url: "http://localhost/v1".into(),
        key: None,
        key_from: crate::providers::KeyFrom::Nowhere,
    }
}

fn cut() -> Error {
    peer().cut()
}

fn refused(message: &str) -> Error {
    Error::Refused { provider: "Test".into(), message: message.into() }
}

fn text(text: &str) -> Heard {
    Heard { text: text.into(), ..Heard::default() }
}

/// Reads one body, and no other behind it.
async fn read<E>(
    body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    format: Format,
    peer: &Peer,
    first: Instant,
    heard: &mut Heard,
) -> Result<(), Error> {
    Reply::new(format, peer, first, heard).read(body).await
}

/// Reads what comes in `pieces`, then the end or (with `broken`) the break of the connection.
async fn hear<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, broken: bool) -> (Heard, Result<(), Error>) {
    hear_in(Format::Chat, pieces, broken).await
}

async fn hear_in<'a>(
    format: Format,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    broken: bool,
) -> (Heard, Result<(), Error>) {
    let pieces = pieces.into_iter().map(|piece| Ok(Bytes::copy_from_slice(piece)));
    let end = broken.then_some(Err("reset"));
    let mut heard = Heard::default();
    let result = read(stream::iter(pieces.chain(end).collect::<Vec<_>>()), format, &peer(), soon(), &mut heard).await;
    (heard, result)
}

/// As `hear`, of one piece that ends well.
async fn hear_whole(bytes: impl AsRef<[u8]>) -> (Heard, Result<(), Error>) {
    hear([bytes.as_ref()], false).await
}

fn delta(content: &str) -> String {
    format!("data: {{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{content}\"}}}}]}}\n\n")
}

const FINISH: &str = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

#[tokio::test]
async fn reads_recordings_with_every_line_end() {
    for recording in RECORDINGS {
        // A line of JSON ends with a line feed in any case.
        let ends =
            if recording.format.framing() == Framing::Lines { &["\n", "\r\n"][..] } else { &["\n", "\r\n", "\r"] };
        for end in ends {
            let bytes = recording.with_line_end(end);
            for bytes in
                [bytes.clone(), [b"\xef\xbb\xbf", bytes.as_slice()].concat(), [b"\r\n\n ", bytes.as_slice()].concat()]
            {
                for size in [bytes.len(), 1, 2, 3, 7, 64] {
                    let (mut heard, result) = hear_in(recording.format, bytes.chunks(size), false).await;
                    // Some count as they go.
                    heard.usage.drain(..heard.usage.len().saturating_sub(1));
                    assert_eq!(
                        (heard, result),
                        (recording.expected(), Ok(())),
                        "{} with {end:?} by {size}",
                        recording.name
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn what_came_before_a_cut_is_a_prefix_of_the_truth() {
    for recording in RECORDINGS {
        let (bytes, truth) = (recording.bytes, recording.expected());
        let mut longest = 0;
        for at in 0..bytes.len() {
            for broken in [false, true] {
                let (heard, result) = hear_in(recording.format, [&bytes[..at]], broken).await;
                let place = format!("{} cut at {at}, broken: {broken}", recording.name);
                assert!(truth.text.starts_with(&heard.text), "{place}: {:?}", heard.text);
                assert!(truth.reasoning.starts_with(&heard.reasoning), "{place}: {:?}", heard.reasoning);
                match heard.finish.is_empty() {
                    true => assert_eq!(result, Err(cut()), "{place}"),
                    false => {
                        assert_eq!((&heard.text, &heard.finish), (&truth.text, &truth.finish), "{place}");
                        assert_eq!(result, Ok(()), "{place}");
                    }
                }
                assert!(heard.text.len() >= longest, "{place}: less than with fewer bytes");
                longest = heard.text.len();
            }
        }
        assert_eq!(longest, truth.text.len());
    }
}

#[tokio::test]
async fn done_and_finish_each_end_a_reply() {
    let (hi, done) = (delta("hi"), "data: [DONE]\n\n");
    let finished = || Heard { finish: vec!["stop".into()], ..text("hi") };
    assert_eq!(hear_whole(format!("{hi}{done}")).await, (text("hi"), Ok(())));
    assert_eq!(hear_whole(format!("{hi}data:[DONE]")).await, (text("hi"), Ok(())));
    assert_eq!(hear_whole(format!("{hi}{FINISH}")).await, (finished(), Ok(())));
    assert_eq!(hear_whole(format!("{hi}{FINISH}{FINISH}{done}{}", delta("more"))).await, (finished(), Ok(())));
    assert_eq!(hear_whole(hi).await, (text("hi"), Err(cut())));
}

#[tokio::test]
async fn half_a_character_or_tag_at_the_end_is_said_only_if_it_is_the_end() {
    let half = delta("hi \\ud83d");
    assert_eq!(hear_whole(&half).await, (text("hi "), Err(cut())));
    assert_eq!(hear_whole(format!("{half}data: [DONE]\n\n")).await, (text("hi \u{fffd}"), Ok(())));
    let tag = delta("<thi");
    assert_eq!(hear_whole(&tag).await, (text(""), Err(cut())));
    assert_eq!(hear_whole(format!("{tag}data: [DONE]\n\n")).await, (text("<thi"), Ok(())));
    let thoughts = format!("{}{FINISH}", delta("<think>hm"));
    let expected = Heard { reasoning: "hm".into(), finish: vec!["stop".into()], ..Heard::default() };
    assert_eq!(hear_whole(thoughts).await, (expected, Ok(())));
}

#[tokio::test]
async fn nothing_behind_the_finish_can_break_a_reply() {
    for afterwards in ["data: garbage\n\n", "data: {\"error\":\"late\"}\n\n", "data: {\"choi"] {
        let (heard, result) = hear_whole(format!("{}{FINISH}{afterwards}", delta("hi"))).await;
        assert_eq!((heard.text.as_str(), result), ("hi", Ok(())), "{afterwards}");
    }
}

#[tokio::test]
async fn mends_what_is_no_utf8() {
    let a: &[u8] = b"data: {\"id\":\"\xff\",\"choices\":[{\"delta\":{\"content\":\"a\xffb\xe5\xb0";
    let b: &[u8] = b"\x8f\"}}]}\n\ndata: [DONE]\n\n";
    assert_eq!(hear([a, b], false).await, (text("a\u{fffd}b小"), Ok(())));
}

#[tokio::test]
async fn an_error_inside_a_stream_is_an_error() {
    let hi = delta("hi");
    for frame in [
        "data: {\"error\":{\"message\":\"out of memory\",\"type\":\"some_error\",\"code\":null}}\n\n",
        "data: {\"error\":\"out of memory\"}\n\n",
        "data: {\"object\":\"error\",\"message\":\"out of memory\",\"code\":400}\n\n",
        "event: error\ndata: {\"message\":\"out of memory\"}\n\n",
        "event: error\ndata: out of memory\n\n",
        "error: {\"code\":400,\"message\":\"out of memory\"}\n\n",
        "data: {\"choices\":[],\"error\":{\"message\":\"out of memory\"}}\n\n",
    ] {
        assert_eq!(hear_whole(format!("{hi}{frame}")).await, (text("hi"), Err(refused("out of memory"))), "{frame}");
        assert_eq!(hear_whole(frame).await, (text(""), Err(refused("out of memory"))), "{frame}");
    }
}

#[tokio::test]
async fn tells_other_bodies_by_their_first_byte() {
    let malformed = |message: &str| Err(Error::Malformed { provider: "Test".into(), message: message.into() });
    for (body, result) in [
        ("{\"error\":{\"message\":\"no\"}}", Err(refused("no"))),
        ("\u{feff}\r\n {\"detail\":\"no\"}", Err(refused("no"))),
        (
            "{\"error\":{\"message\":\"no\",\"code\":\"model_not_found\"}}",
            Err(Error::NoModel { provider: "Test".into(), message: "no".into() }),
        ),
        ("<!doctype html><p>Sign in", malformed("an HTML page instead of a reply")),
        (
            "{\"response\":\"a\"}\n{\"response\":\"b\"}",
            malformed("JSON of another kind: `{\"response\":\"a\"} {\"response\":\"b\"}`"),
        ),
        ("data: hello\n\n", malformed("no JSON of a reply: `hello`")),
        ("{\"choices\":[{\"mess", Err(cut())),
        ("", Err(cut())),
        (" \n", Err(cut())),
        ("\u{feff}", Err(cut())),
        ("Not an event stream at all\n\n", Err(cut())),
    ] {
        assert_eq!(hear_whole(body).await, (text(""), result.clone()), "{body}");
        assert_eq!(hear(body.as_bytes().chunks(1), false).await.1, result, "{body} byte by byte");
    }
}

#[tokio::test]
async fn takes_a_reply_that_was_not_streamed() {
    let body = r#"{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"<think>hm</think>hi \ud83d\ude00\u0000"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#;
    let usage = Usage { input_tokens: Some(1), output_tokens: Some(2), ..Usage::default() };
    let expected = || Heard {
        text: "hi 😀\u{fffd}".into(),
        reasoning: "hm".into(),
        finish: vec!["stop".into()],
        usage: vec![usage],
    };
    assert_eq!(hear_whole(body).await, (expected(), Ok(())));
    assert_eq!(hear(body.as_bytes().chunks(1), false).await, (expected(), Ok(())));
    let (heard, result) = hear([&body.as_bytes()[..body.len() - 1]], true).await;
    assert_eq!((heard, result), (text(""), Err(cut())));
}

#[tokio::test]
async fn refuses_what_is_too_long() {
    let piece = vec![b' '; 1024 * 1024];
    for start in ["data: ", "{", " ", "x"] {
        let pieces = [start.as_bytes()].into_iter().chain(std::iter::repeat_n(piece.as_slice(), 6));
        let (heard, result) = hear(pieces, false).await;
        assert!(matches!(result, Err(Error::Malformed { .. })), "{start:?}: {result:?}");
        assert_eq!(heard, text(""));
    }
}

#[tokio::test]
async fn says_usage_once_though_every_chunk_repeats_it() {
    let chunk = |n| {
        format!(
            "data: {{\"choices\":[{{\"delta\":{{\"content\":\"a\"}}}}],\"usage\":{{\"completion_tokens\":{n}}}}}\n\n"
        )
    };
    let (heard, result) = hear_whole(format!("{}{}{}{FINISH}", chunk(1), chunk(1), chunk(2))).await;
    assert_eq!(result, Ok(()));
    assert_eq!(heard.usage.iter().map(|usage| usage.output_tokens).collect::<Vec<_>>(), [Some(1), Some(2)]);
}

/// When the first piece must have come, asked now.
fn soon() -> Instant {
    Instant::now() + FIRST_PIECE
}

/// Sends each piece after a pause, then nothing more.
fn slow(pieces: Vec<(Duration, String)>) -> impl Stream<Item = Result<Bytes, ()>> + Unpin {
    let pieces = stream::iter(pieces).then(|(pause, piece)| async move {
        sleep(pause).await;
        Ok(Bytes::from(piece))
    });
    Box::pin(pieces.chain(stream::pending()))
}

#[tokio::test(start_paused = true)]
async fn a_hang_inside_a_reply_ends_after_the_silence_and_comments_are_no_silence() {
    let almost = SILENCE - Duration::from_secs(1);
    let (begun, mut heard) = (Instant::now(), Heard::default());
    let comments = (0..5).map(|_| (almost, ": still there\n\n".to_owned()));
    let body = slow([(Duration::ZERO, delta("hi"))].into_iter().chain(comments).collect());
    let result = read(body, Format::Chat, &peer(), soon(), &mut heard).await;
    assert_eq!(result, Err(Error::Silent { provider: "Test".into(), after: SILENCE }));
    assert_eq!(heard, text("hi"));
    assert_eq!(begun.elapsed(), almost * 5 + SILENCE);
}

#[tokio::test(start_paused = true)]
async fn the_first_piece_has_its_own_time_whatever_else_comes_and_reasoning_is_one() {
    let comments = || (0..30).map(|_| (Duration::from_secs(20), ": loading\n\n".to_owned()));
    let (begun, mut heard) = (Instant::now(), Heard::default());
    let result = read(slow(comments().collect()), Format::Chat, &peer(), soon(), &mut heard).await;
    assert_eq!(result, Err(Error::Silent { provider: "Test".into(), after: FIRST_PIECE }));
    assert_eq!((heard, begun.elapsed()), (text(""), FIRST_PIECE));

    let thought = "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n".to_owned();
    let mut heard = Heard::default();
    let late = FIRST_PIECE - Duration::from_secs(1);
    let end = comments().take(6).chain([(Duration::ZERO, delta("hi") + FINISH)]);
    let body = slow([(late, thought)].into_iter().chain(end).collect());
    assert_eq!(read(body, Format::Chat, &peer(), soon(), &mut heard).await, Ok(()));
    assert_eq!((heard.reasoning.as_str(), heard.text.as_str()), ("hm", "hi"));
}

#[tokio::test(start_paused = true)]
async fn a_finished_reply_does_not_wait_for_its_afterword() {
    let (begun, mut heard) = (Instant::now(), Heard::default());
    let body = slow(vec![(Duration::ZERO, delta("hi") + FINISH)]);
    assert_eq!(read(body, Format::Chat, &peer(), soon(), &mut heard).await, Ok(()));
    assert_eq!(begun.elapsed(), AFTERWORD);
}

mod formats;
mod hostile;
