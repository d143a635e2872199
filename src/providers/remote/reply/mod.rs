//! Reads one reply from the body of a 200.
//!
//! What comes is told by its first byte, not by its content type: servers send JSON errors as event streams, whole
//! replies though a stream was asked for, and pages of HTML from a proxy in between.

use super::{
    codec::{Event, Format, Framing, Kind, Place, Said},
    frames::{Frame, Frames, LONGEST},
    peer::Peer,
    text::Joiner,
    think::Think,
};
use crate::providers::{Chunk, Error, Resume, Sink};
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

/// How often a bookmark is passed on: what is said behind the last one is said again to who comes back, and skipped.
const BOOKMARKS: Duration = Duration::from_secs(1);

/// A reply that is being read. Its body may break off and be gone on with by another one.
pub struct Reply<'a> {
    format: Format,
    peer: &'a Peer,
    sink: &'a mut dyn Sink,
    /// Until then the first piece must have come; none once it has.
    first: Option<Instant>,
    text: Joiner,
    reasoning: Joiner,
    think: Think,
    /// The last that was pushed: some servers repeat it in every chunk.
    usage: Option<Usage>,
    finished: bool,
    /// The reply's id where the provider keeps it, and the number of the last event.
    kept: Option<(String, u64)>,
    /// The provider said that it came to nothing.
    failed: bool,
    bookmarked: Option<Instant>,
    /// Bytes of text and of reasoning that come again.
    known: [u64; 2],
}

impl<'a> Reply<'a> {
    /// One in this format, whose chunks `sink` takes. By the moment `first` a piece must have come.
    pub fn new(format: Format, peer: &'a Peer, first: Instant, sink: &'a mut dyn Sink) -> Self {
        Self {
            format,
            peer,
            sink,
            first: Some(first),
            text: Joiner::default(),
            reasoning: Joiner::default(),
            think: if format.thinks_inline() { Think::default() } else { Think::off() },
            usage: None,
            finished: false,
            kept: None,
            failed: false,
            bookmarked: None,
            known: [0; 2],
        }
    }

    /// The rest of one that the provider keeps, behind the event of this number.
    pub fn resuming(mut self, id: String, number: u64, resume: &Resume) -> Self {
        self.kept = Some((id, number));
        self.known = [resume.text, resume.reasoning];
        self
    }

    /// Its id and the number of the last event that was read, where the provider keeps it.
    pub fn kept(&self) -> Option<&(String, u64)> {
        self.kept.as_ref()
    }

    /// The provider said that it came to nothing: asking again would be told the same.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// There is nothing to come back to.
    pub async fn forget(&mut self) {
        self.kept = None;
        self.sink.push(Chunk::Bookmark(String::new())).await;
    }

    /// Reads a body, and returns when the reply is whole. An error in `body` is a broken connection.
    ///
    /// What comes before an error is a prefix of what the provider meant to say: half a tag or half a character at the
    /// place where a stream broke is not pushed.
    pub async fn read<E>(&mut self, mut body: impl Stream<Item = Result<Bytes, E>> + Unpin) -> Result<(), Error> {
        match self.read_body(&mut body).await {
            // The model said that it was done: what goes wrong behind that is not the reply's.
            Err(_) if self.finished => Ok(()),
            result => result,
        }
    }

    async fn read_body<E>(&mut self, body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin)) -> Result<(), Error> {
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
            _ => {
                self.failed = true;
                Err(self.peer.refusal(None, None, &frame.data))
            }
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
        self.push(chunks).await;
        if let Some(place) = event.place {
            self.keep(place).await;
        }
        if event.finish.is_some() {
            self.finish(event.finish).await;
        }
        if let Some(counts) = event.usage {
            let known = self.usage.unwrap_or_default();
            let usage = Usage {
                input_tokens: counts.input_tokens.or(known.input_tokens),
                cached_tokens: counts.cached_tokens.or(known.cached_tokens),
                kept_tokens: counts.kept_tokens.or(known.kept_tokens),
                output_tokens: counts.output_tokens.or(known.output_tokens),
                reasoning_tokens: counts.reasoning_tokens.or(known.reasoning_tokens),
                ..Usage::default()
            };
            if self.usage != Some(usage) {
                self.usage = Some(usage);
                self.sink.push(Chunk::Usage(usage)).await;
            }
        }
    }

    /// Passes on what is new of these.
    async fn push(&mut self, chunks: Vec<Chunk>) {
        for chunk in chunks {
            let chunk = match chunk {
                Chunk::Text(text) => new(text, &mut self.known[0]).map(Chunk::Text),
                Chunk::Reasoning(text) => new(text, &mut self.known[1]).map(Chunk::Reasoning),
                other => Some(other),
            };
            if let Some(chunk) = chunk {
                self.sink.push(chunk).await;
            }
        }
    }

    /// Notes where it can be gone on with, now and then as a bookmark: never inside a character, and not before what is
    /// known already.
    async fn keep(&mut self, Place { response, number }: Place) {
        let known = self.kept.take().map(|(id, _)| id);
        let Some(id) = response.filter(|id| is_id(id)).or(known) else { return };
        // It was begun, and may think for long; each silence is asked about.
        self.first = None;
        let bookmark = format!("{id} {number}");
        self.kept = Some((id, number));
        let is_whole = self.text.is_empty() && self.reasoning.is_empty() && self.known == [0; 2];
        if is_whole && self.bookmarked.is_none_or(|last| last.elapsed() >= BOOKMARKS) {
            self.bookmarked = Some(Instant::now());
            self.sink.push(Chunk::Bookmark(bookmark)).await;
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
        self.push(chunks).await;
        self.finished = true;
        self.first = None;
    }
}

/// An id becomes a part of a path.
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// The part of a text behind the first `known` bytes, which are fewer from then on; none where nothing is new.
fn new(mut text: String, known: &mut u64) -> Option<String> {
    let again = text.floor_char_boundary(usize::try_from(*known).unwrap_or(usize::MAX));
    *known -= again as u64;
    if again < text.len() {
        *known = 0;
    }
    text.drain(..again);
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod recordings;
#[cfg(test)]
mod tests;
