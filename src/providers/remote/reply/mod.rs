//! Reads one reply from the body of a 200.
//!
//! What comes is told by its first byte, not by its content type: servers send JSON errors as event streams, whole
//! replies though a stream was asked for, and pages of HTML from a proxy in between.

use super::{
    codec::{Event, Format, Framing, Kind, Said},
    frames::{Frame, Frames, LONGEST},
    peer::Peer,
    text::Joiner,
    think::Think,
};
use crate::providers::{Chunk, Error, Sink};
use app::wire::Usage;
use bytes::Bytes;
use futures::{Stream, StreamExt};
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// How long a provider may take to its first piece, reasoning or text, whatever else it sends until then. Long prompts and
/// models that must be loaded take minutes; Ollama gives up on loading one after five.
pub const FIRST_PIECE: Duration = Duration::from_secs(300);

/// How long a provider may send nothing at all inside a reply, not even a comment: a connection that died without a word is
/// silent for ever.
pub const SILENCE: Duration = Duration::from_secs(120);

/// How long to wait for usage and `[DONE]` once the model is finished: they come at once or never, and the reply is whole.
const AFTERWORD: Duration = Duration::from_secs(5);

/// Gives the chunks of a reply in this format to `sink`, and returns when it is whole. An error in `body` is a broken connection. By the
/// moment `first` a piece must have come.
///
/// What comes before an error is a prefix of what the provider meant to say: half a tag or half a character at the
/// place where a stream broke is not pushed.
pub async fn read<E>(
    mut body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    format: Format,
    peer: &Peer,
    first: Instant,
    sink: &mut dyn Sink,
) -> Result<(), Error> {
    let mut reply = Reply {
        format,
        peer,
        sink,
        first: Some(first),
        text: Joiner::default(),
        reasoning: Joiner::default(),
        think: if format.thinks_inline() { Think::default() } else { Think::off() },
        usage: None,
        finished: false,
    };
    match reply.read(&mut body).await {
        // The model said that it was done: what goes wrong behind that is not the reply's.
        Err(_) if reply.finished => Ok(()),
        result => result,
    }
}

struct Reply<'a> {
    format: Format,
    peer: &'a Peer,
    sink: &'a mut dyn Sink,
    /// Until then the first piece may come; none once it has.
    first: Option<Instant>,
    text: Joiner,
    reasoning: Joiner,
    think: Think,
    /// The last that was pushed: some servers repeat it in every chunk.
    usage: Option<Usage>,
    finished: bool,
}

impl Reply<'_> {
    async fn read<E>(&mut self, body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin)) -> Result<(), Error> {
        let mut start = Vec::new();
        loop {
            match self.more(body).await? {
                Some(bytes) => start.extend_from_slice(&bytes),
                None => return Err(self.peer.cut()),
            }
            let known = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start).trim_ascii_start();
            match known.first() {
                Some(b'{' | b'[') if self.format.framing() == Framing::Events => {
                    return self.read_whole(known.to_vec(), body).await;
                }
                Some(b'<') => return Err(self.peer.malformed("an HTML page instead of a reply", b"")),
                // The first bytes of a byte order mark that is still coming.
                Some(0xef) if known.len() < 3 => {}
                Some(_) => return self.read_frames(known, body).await,
                // Blank lines, or too many of them.
                None if start.len() > LONGEST => return Err(self.peer.malformed("only white space", b"")),
                None => {}
            }
        }
    }

    async fn read_frames<E>(
        &mut self,
        start: &[u8],
        body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    ) -> Result<(), Error> {
        let mut frames = Frames::new(self.format.framing());
        frames.push(start);
        loop {
            while let Some(frame) = self.next(&mut frames)? {
                if self.take(frame).await? {
                    return Ok(());
                }
            }
            match self.more(body).await? {
                Some(bytes) => frames.push(&bytes),
                None => break,
            }
        }
        frames.end();
        while let Some(frame) = self.next(&mut frames)? {
            match self.take(frame).await {
                Ok(true) => return Ok(()),
                Ok(false) => {}
                // The stream broke inside this frame.
                Err(Error::Malformed { .. }) => break,
                Err(error) => return Err(error),
            }
        }
        if self.finished { Ok(()) } else { Err(self.peer.cut()) }
    }

    /// A whole reply, or an error, as one JSON object.
    async fn read_whole<E>(
        &mut self,
        mut whole: Vec<u8>,
        body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    ) -> Result<(), Error> {
        while let Some(bytes) = self.more(body).await? {
            whole.extend_from_slice(&bytes);
            if whole.len() > LONGEST {
                return Err(self.peer.malformed("more than 4 MiB of JSON", b""));
            }
        }
        // Google puts an error into a list.
        let inner = whole.trim_ascii().strip_prefix(b"[").map(|rest| rest.strip_suffix(b"]").unwrap_or(rest));
        let one = inner.map_or(whole.as_slice(), <[u8]>::trim_ascii);
        match self.format.from_event(one) {
            Ok(event) if matches!(event.kind, Kind::Reply | Kind::End) => {
                self.say(event).await;
                self.finish(None).await;
                Ok(())
            }
            Ok(_) => Err(self.peer.refusal(None, None, one)),
            Err(error) if error.is_eof() => Err(self.peer.cut()),
            Err(_) => Err(self.peer.malformed("JSON of another kind", &whole)),
        }
    }

    /// The next bytes; none at the end, however it came about: only what was said can tell whether the reply is whole.
    async fn more<E>(
        &mut self,
        body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    ) -> Result<Option<Bytes>, Error> {
        let next = match self.first {
            // What comes until then (a comment, a role) keeps nobody waiting for longer.
            Some(first) => timeout_at(first, body.next()).await.map_err(|_| self.peer.silent(FIRST_PIECE)),
            None => {
                let patience = if self.finished { AFTERWORD } else { SILENCE };
                timeout(patience, body.next()).await.map_err(|_| self.peer.silent(patience))
            }
        };
        Ok(next?.and_then(Result::ok))
    }

    fn next(&self, frames: &mut Frames) -> Result<Option<Frame>, Error> {
        frames.next().map_err(|_| self.peer.malformed("a line of more than 4 MiB", b""))
    }

    /// Says what a frame says; true if it was the last one.
    async fn take(&mut self, frame: Frame) -> Result<bool, Error> {
        match self.format.from_event(&frame.data) {
            Ok(event) if event.kind != Kind::Error && !frame.error => {
                let is_end = event.kind == Kind::End;
                self.say(event).await;
                if is_end {
                    self.finish(None).await;
                }
                Ok(is_end)
            }
            Err(_) if !frame.error => Err(self.peer.malformed("no JSON of a reply", &frame.data)),
            _ => Err(self.peer.refusal(None, None, &frame.data)),
        }
    }

    async fn say(&mut self, event: Event) {
        let mut chunks = Vec::new();
        for said in event.said {
            match said {
                Said::Reasoning(more) => {
                    let reasoning = self.reasoning.push(&more);
                    if !reasoning.is_empty() {
                        chunks.push(Chunk::Reasoning(reasoning));
                    }
                }
                Said::Text(more) => self.think.push(&self.text.push(&more), &mut chunks),
            }
        }
        if !chunks.is_empty() {
            self.first = None;
        }
        for chunk in chunks {
            self.sink.push(chunk).await;
        }
        if event.finish.is_some() {
            self.finish(event.finish).await;
        }
        if let Some(counts) = event.usage {
            let known = self.usage.unwrap_or_default();
            let usage = Usage {
                input_tokens: counts.input_tokens.or(known.input_tokens),
                output_tokens: counts.output_tokens.or(known.output_tokens),
                reasoning_tokens: counts.reasoning_tokens.or(known.reasoning_tokens),
            };
            if self.usage != Some(usage) {
                self.usage = Some(usage);
                self.sink.push(Chunk::Usage(usage)).await;
            }
        }
    }

    /// The model is done: what was held back is all that there is of it.
    async fn finish(&mut self, reason: Option<String>) {
        let mut chunks = Vec::new();
        match self.reasoning.finish() {
            "" => {}
            half => chunks.push(Chunk::Reasoning(half.to_owned())),
        }
        self.think.push(self.text.finish(), &mut chunks);
        self.think.finish(&mut chunks);
        // Some servers say it again beside the usage.
        chunks.extend(reason.filter(|_| !self.finished).map(Chunk::Finish));
        for chunk in chunks {
            self.sink.push(chunk).await;
        }
        self.finished = true;
        self.first = None;
    }
}

#[cfg(test)]
mod recordings;
#[cfg(test)]
mod tests;
