//! The model's server: every token is the time at which it was sent.
//!
//! It writes from a plain thread with blocking sockets, which costs less than anything else. A reader that stalls would hold
//! up all replies, which the table shows as fewer tokens a second.

use crate::clock;
use std::{
    collections::BTreeMap,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// A token is the eight hex digits of its time, in microseconds: a byte's place in a reply tells its token.
pub const TOKEN: usize = 8;

/// Longer than a request takes to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// What stands before and behind the token in the frame of a chunk. With the token they are 0xb1 bytes.
const BEFORE: &str = "b1\r\ndata: {\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":1750000000,\
                      \"model\":\"bench\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"";
const BEHIND: &str = "\"},\"finish_reason\":null}]}\n\n\r\n";

/// The end of a reply, as a chunk and the end of all chunks.
const END: &str = "51\r\ndata: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n\r\n0\r\n\r\n";

type Waiting = Arc<(Mutex<BTreeMap<usize, TcpStream>>, Condvar)>;

/// Answers chat completions. A request for `reply 7` waits under that number until it is taken.
pub struct Upstream {
    /// Ends in `/v1`.
    pub url: String,
    waiting: Waiting,
}

impl Upstream {
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let url = format!("http://{}/v1", listener.local_addr()?);
        let waiting = Waiting::default();
        let taken = waiting.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let waiting = taken.clone();
                thread::spawn(move || answer(stream, &waiting));
            }
        });
        Ok(Self { url, waiting })
    }

    /// The connections of the first `count` replies, once all have asked.
    pub fn take(&self, count: usize) -> io::Result<Vec<TcpStream>> {
        let (waiting, came) = &*self.waiting;
        let held = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = came.wait_timeout_while(held, PATIENCE, |held| held.len() < count);
        let (mut held, _) = wait.unwrap_or_else(PoisonError::into_inner);
        if held.len() != count {
            return Err(io::Error::other(format!("{} of {count} replies asked the upstream", held.len())));
        }
        Ok(std::mem::take(&mut *held).into_values().collect())
    }
}

/// Takes one request and says that an answer begins.
fn answer(mut stream: TcpStream, (waiting, came): &(Mutex<BTreeMap<usize, TcpStream>>, Condvar)) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(&stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
        if let Some((_, value)) = line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if first.starts_with("GET") {
        let models = r#"{"object":"list","data":[{"id":"bench","object":"model"}]}"#;
        let length = models.len();
        return write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{models}");
    }
    let body = String::from_utf8_lossy(&body);
    let number = body.rsplit("reply ").next().unwrap_or_default();
    let number: String = number.chars().take_while(char::is_ascii_digit).collect();
    let number = number.parse().map_err(|_| io::Error::other("a request without a number"))?;
    stream.write_all(
        b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n",
    )?;
    waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(number, stream);
    came.notify_all();
    Ok(())
}

/// What was sent: the times of each reply's tokens.
pub type Sent = Vec<Vec<u32>>;

/// Sends `tokens` to each reply, one each `every`; the replies take turns, so that no two speak at once.
/// `send` is given the number of the reply and the time that is the token.
pub fn pace(
    replies: usize,
    tokens: usize,
    every: Duration,
    mut send: impl FnMut(usize, u32) -> io::Result<()>,
) -> io::Result<Sent> {
    let mut sent = vec![Vec::with_capacity(tokens); replies];
    let began = Instant::now();
    for turn in 0..tokens * replies {
        let due = began + every.mul_f64(turn as f64 / replies as f64);
        if let Some(early) = due.checked_duration_since(Instant::now()).filter(|early| !early.is_zero()) {
            thread::sleep(early);
        }
        let time = clock::micros();
        send(turn % replies, time)?;
        sent[turn % replies].push(time);
    }
    Ok(sent)
}

/// Sends tokens as a provider does.
pub fn play(streams: &mut [TcpStream], tokens: usize, every: Duration) -> io::Result<Sent> {
    let mut frame = [BEFORE, "00000000", BEHIND].concat().into_bytes();
    pace(streams.len(), tokens, every, |reply, time| {
        write!(&mut frame[BEFORE.len()..][..TOKEN], "{time:08x}")?;
        streams[reply].write_all(&frame)
    })
}

/// Ends the replies.
pub fn end(streams: Vec<TcpStream>) -> io::Result<()> {
    streams.into_iter().try_for_each(|mut stream| stream.write_all(END.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sizes_of_chunks_are_those_of_their_bytes() {
        let token = [BEFORE, "00000000", BEHIND].concat();
        for chunk in [token.as_str(), END.trim_end_matches("0\r\n\r\n")] {
            let (size, rest) = chunk.split_once("\r\n").unwrap();
            assert_eq!(usize::from_str_radix(size, 16).unwrap(), rest.len() - 2, "{chunk}");
        }
    }
}
