//! Cuts the bytes of a body into frames: of an event stream, or a line each.
//!
//! The lines are split by sseer. Putting them together is ours, for three things that its stream does not do: a bound
//! on what is held, data as bytes (a broken UTF-8 sequence is mended later, in `text`, and costs no frame), and the
//! last frame of a stream that ends without an empty line.

use super::codec::Framing;
use bytes::BytesMut;
use sseer::parser::{RawEventLineOwned as Line, parse_line_from_buffer};

/// The longest frame that is taken, in bytes. Real ones are a few hundred; a whole reply in one frame fits.
pub const LONGEST: usize = 4 * 1024 * 1024;

/// What the provider sent between two empty lines.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The data lines, joined by line feeds; never empty.
    pub data: Vec<u8>,
    /// Lines that are no field, but JSON: Google breaks off a stream with the bare body of an error.
    bare: Vec<u8>,
    /// It is called an error: by `event: error`, or by a field `error:` in the place of `data:`, as llama.cpp sends it.
    pub error: bool,
}

/// A frame is longer than [`LONGEST`].
#[derive(Debug, PartialEq, Eq)]
pub struct TooLong;

#[derive(Default)]
pub struct Frames {
    framing: Framing,
    buffer: BytesMut,
    /// Bytes of `buffer` without a line end, so that a long line is not searched again for each piece of it.
    scanned: usize,
    frame: Frame,
}

impl Frames {
    pub fn new(framing: Framing) -> Self {
        Self { framing, ..Self::default() }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// Nothing more will come: the last frame counts as whole.
    pub fn end(&mut self) {
        self.buffer.extend_from_slice(b"\n\n");
    }

    /// The next frame that is there, or none before more bytes are pushed.
    pub fn next(&mut self) -> Result<Option<Frame>, TooLong> {
        match self.framing {
            Framing::Events => self.next_event(),
            Framing::Lines => self.next_line(),
        }
    }

    /// A carriage return at the very end waits for the byte behind it, which may belong to the same line end.
    fn next_event(&mut self) -> Result<Option<Frame>, TooLong> {
        while let Some(line) = parse_line_from_buffer(&mut self.buffer, &mut self.scanned) {
            match line {
                Line::Empty => {
                    let frame = std::mem::take(&mut self.frame).over();
                    if !frame.data.is_empty() {
                        return Ok(Some(frame));
                    }
                }
                Line::Comment => {}
                Line::Field { field_name, field_value } => self.frame.add(&field_name, field_value.as_deref()),
            }
            if self.frame.data.len() + self.frame.bare.len() > LONGEST {
                return Err(TooLong);
            }
        }
        if self.buffer.len() > LONGEST { Err(TooLong) } else { Ok(None) }
    }

    fn next_line(&mut self) -> Result<Option<Frame>, TooLong> {
        while let Some(end) = self.buffer[self.scanned..].iter().position(|byte| *byte == b'\n') {
            let line = self.buffer.split_to(self.scanned + end + 1);
            self.scanned = 0;
            let data = line.trim_ascii().to_vec();
            if data.len() > LONGEST {
                return Err(TooLong);
            }
            if !data.is_empty() {
                return Ok(Some(Frame { data, ..Frame::default() }));
            }
        }
        self.scanned = self.buffer.len();
        if self.buffer.len() > LONGEST { Err(TooLong) } else { Ok(None) }
    }
}

impl Frame {
    fn add(&mut self, name: &[u8], value: Option<&[u8]>) {
        match name {
            b"data" | b"error" => {
                if !self.data.is_empty() {
                    self.data.push(b'\n');
                }
                self.data.extend_from_slice(value.unwrap_or_default());
                self.error |= name == b"error";
            }
            b"event" => self.error |= value == Some(b"error"),
            _ if !self.bare.is_empty() || name.starts_with(b"{") || name.starts_with(b"[") => {
                self.bare.extend_from_slice(name);
                if let Some(value) = value {
                    self.bare.push(b':');
                    self.bare.extend_from_slice(value);
                }
                self.bare.push(b'\n');
            }
            _ => {}
        }
    }

    /// Nothing more belongs to it.
    fn over(mut self) -> Self {
        if self.data.is_empty() && !self.bare.is_empty() {
            self.data = std::mem::take(&mut self.bare);
            self.error = true;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(pieces: &[&[u8]]) -> Vec<String> {
        let mut frames = Frames::default();
        let mut out = Vec::new();
        for piece in pieces {
            frames.push(piece);
            while let Some(frame) = frames.next().unwrap() {
                out.push(String::from_utf8(frame.data).unwrap());
            }
        }
        frames.end();
        while let Some(frame) = frames.next().unwrap() {
            out.push(String::from_utf8(frame.data).unwrap());
        }
        out
    }

    #[test]
    fn takes_every_line_end() {
        for text in ["data: a\n\ndata: b\n\n", "data: a\r\n\r\ndata: b\r\n\r\n", "data: a\r\rdata: b\r\r"] {
            assert_eq!(frames(&[text.as_bytes()]), ["a", "b"], "{text:?}");
            let bytes: Vec<_> = text.as_bytes().chunks(1).collect();
            assert_eq!(frames(&bytes), ["a", "b"], "{text:?} byte by byte");
        }
    }

    #[test]
    fn passes_over_comments_and_other_fields() {
        let text = ": keep-alive\n\n:\n\nid: 7\nretry: 9\nevent: message\ndata:a\ndata: b\n\ndata\n\n\n";
        assert_eq!(frames(&[text.as_bytes()]), ["a\nb"]);
    }

    #[test]
    fn gives_the_last_frame_without_an_empty_line() {
        for text in ["data: a", "data: a\n", "data: a\r", "data: a\r\n"] {
            assert_eq!(frames(&[text.as_bytes()]), ["a"], "{text:?}");
        }
    }

    #[test]
    fn knows_errors_by_event_and_by_field() {
        for (text, error) in
            [("event: error\ndata: a\n\n", true), ("error: a\n\n", true), ("event: error\n\ndata: a\n\n", false)]
        {
            let mut frames = Frames::default();
            frames.push(text.as_bytes());
            let frame = Frame { data: b"a".to_vec(), error, ..Frame::default() };
            assert_eq!(frames.next(), Ok(Some(frame)), "{text:?}");
        }
    }

    #[test]
    fn the_bare_body_of_an_error_is_a_frame() {
        for text in [
            "{\n  \"error\": {\n    \"code\": 503\n  }\n}\n",
            "[{\"error\": {\"code\": 503}}]",
            "{\"error\":1}\r\n\r\n",
        ] {
            let mut frames = Frames::default();
            frames.push(b"data: a\r\n\r\n");
            frames.push(text.as_bytes());
            frames.end();
            assert_eq!(frames.next().unwrap().unwrap().data, b"a");
            let frame = frames.next().unwrap().unwrap();
            assert!(frame.error && serde_json::from_slice::<serde_json::Value>(&frame.data).is_ok(), "{frame:?}");
        }
    }

    #[test]
    fn a_line_is_a_frame_where_they_are_lines() {
        for size in [1, 2, 100] {
            let mut frames = Frames::new(Framing::Lines);
            let mut lines = Vec::new();
            for piece in b"\n{\"a\":1}\r\n\r\n {\"b\":2} \n{\"c".chunks(size) {
                frames.push(piece);
                while let Some(frame) = frames.next().unwrap() {
                    lines.push(String::from_utf8(frame.data).unwrap());
                }
            }
            frames.end();
            lines.extend(frames.next().unwrap().map(|frame| String::from_utf8(frame.data).unwrap()));
            assert_eq!(lines, ["{\"a\":1}", "{\"b\":2}", "{\"c"]);
            assert_eq!(frames.next(), Ok(None));
        }
        let mut long = Frames::new(Framing::Lines);
        long.push(&vec![b'a'; LONGEST + 1]);
        assert_eq!(long.next(), Err(TooLong));
    }

    #[test]
    fn refuses_a_huge_line_and_a_huge_frame() {
        let mut line = Frames::default();
        line.push(b"data: ");
        for _ in 0..4 {
            assert_eq!(line.next(), Ok(None));
            line.push(&vec![b'a'; LONGEST / 4]);
        }
        assert_eq!(line.next(), Err(TooLong));

        let mut frame = Frames::default();
        let mut refused = false;
        for _ in 0..5 {
            frame.push(&[b"data: ", vec![b'a'; LONGEST / 4].as_slice(), b"\n"].concat());
            refused |= frame.next() == Err(TooLong);
        }
        assert!(refused);
    }
}
