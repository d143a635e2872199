//! What a script is made of, and how it is played.

use crate::Exchange;
use serde_json::{Value, json};
use std::{io, time::Duration};
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    time::{sleep, sleep_until},
};

/// One step of an answer. The end of a script closes the connection (FIN), which is also the end of the body.
#[derive(Clone, Debug)]
pub enum Step {
    /// Status line and headers; comes first.
    Head(u16, Vec<(&'static str, String)>),
    /// The head of a stream.
    Stream,
    /// Bytes as they are.
    Piece(Vec<u8>),
    /// A frame with content, in the format in which it was asked.
    Text(String),
    /// A frame with reasoning.
    Reasoning(String),
    /// Finish, usage (so many tokens of output) and the end, as most servers end a stream.
    Done(usize),
    /// Sends nothing: says what the pieces before it mean, for [`crate::Sent`].
    Meant {
        text: String,
        reasoning: String,
    },
    Wait(Duration),
    /// Waits until this long after the answer's start.
    Until(Duration),
    /// Waits until [`Exchange::release`].
    Gate,
    /// Resets the connection (RST).
    Reset,
    /// Does nothing more, and leaves the connection open.
    Hang,
}

impl Step {
    /// The head of an event stream.
    pub fn stream() -> Self {
        Self::Stream
    }

    /// A head and a whole body.
    pub fn answer(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Vec<Self> {
        vec![Self::Head(status, vec![("content-type", content_type.into())]), Self::Piece(body.into())]
    }

    pub fn piece(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Piece(bytes.into())
    }

    /// The text that it sends.
    pub(crate) fn said(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }
}

/// The frame of a chunk with this delta.
pub fn frame(delta: Value) -> Vec<u8> {
    json(json!({"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": null}]}))
}

/// The frame that says why the model stopped.
pub fn finish(reason: &str) -> Vec<u8> {
    json(json!({"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}))
}

/// The frame of any JSON.
pub fn json(value: Value) -> Vec<u8> {
    format!("data: {value}\n\n").into_bytes()
}

pub fn done(output_tokens: usize) -> Step {
    Step::Done(output_tokens)
}

/// How a script ended.
pub enum End {
    Close,
    Reset,
}

/// Plays a script, or with `after` what comes behind that event of it: the events are its steps, by their numbers.
pub async fn play(
    steps: &[Step],
    after: Option<usize>,
    to: &mut (impl AsyncWrite + Unpin),
    exchange: &Exchange,
) -> io::Result<End> {
    let start = exchange.began;
    for (number, step) in steps.iter().enumerate() {
        let is_told = after.is_some_and(|after| number <= after);
        match step {
            // The head of an answer comes with each; what was told, waited for or broken before is over.
            Step::Text(_) | Step::Reasoning(_) | Step::Gate | Step::Wait(_) | Step::Meant { .. } if is_told => {}
            Step::Reset | Step::Hang if after.is_some() => {}
            Step::Head(status, headers) => to.write_all(&head(*status, headers)).await?,
            Step::Stream => {
                let content_type = exchange.format.content_type().to_owned();
                to.write_all(&head(200, &[("content-type", content_type)])).await?;
                if after.is_none() {
                    to.write_all(&exchange.format.begin(&exchange.id())).await?;
                }
            }
            Step::Done(tokens) => to.write_all(&exchange.format.done(*tokens, number)).await?,
            Step::Piece(bytes) => to.write_all(bytes).await?,
            Step::Text(text) => {
                to.write_all(&exchange.format.text(text, number)).await?;
                exchange.sent(|sent| sent.text += text);
            }
            Step::Reasoning(text) => {
                to.write_all(&exchange.format.reasoning(text, number)).await?;
                exchange.sent(|sent| sent.reasoning += text);
            }
            Step::Meant { text, reasoning } => exchange.sent(|sent| {
                sent.text += text;
                sent.reasoning += reasoning;
            }),
            Step::Wait(time) => sleep(*time).await,
            Step::Until(time) => sleep_until(start + *time).await,
            Step::Gate => exchange.gate(number).await,
            Step::Reset => {
                exchange.sent(|sent| sent.ended = true);
                return Ok(End::Reset);
            }
            Step::Hang => std::future::pending().await,
        }
    }
    exchange.sent(|sent| sent.ended = true);
    Ok(End::Close)
}

fn head(status: u16, headers: &[(&'static str, String)]) -> Vec<u8> {
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("HTTP/1.1 {status} Scripted\r\nconnection: close\r\n{headers}\r\n").into_bytes()
}
